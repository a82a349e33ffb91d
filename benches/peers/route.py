#!/usr/bin/env python3
"""Trimodal's hierarchy beside its peers: the embedded world, its search graph in metres, the same queries, one session.

    python3 -m pip install pyroutingkit scgraph searoute
    cargo build --release -p trimodal-route --example peers
    cargo build --release --manifest-path benches/peers/rust/Cargo.toml      # the crates cch and fast_paths
    python3 benches/peers/route.py

Every peer is a separate process that prepares once and then waits. A round runs all queries on each of them, with ours
before each peer; figures are medians over the rounds, ratios medians of the rounds' ratios (peer / ours). Queries are
timed by the wall clock inside their process, on one thread; preparation in CPU seconds. `taskset -c 1` before the
command keeps everything on one core. Before the rounds, untimed, the cost of each peer's routes is summed arc by arc
and must equal ours.

The peers: pyroutingkit (RoutingKit's customizable hierarchy; its Python package has no plain one), cch with its
own order and with ours, fast_paths (a plain hierarchy), scgraph (plain Dijkstra; its hierarchy with --scgraph-ch),
searoute (port to port on its own network, ours by sea alone: not the same graph).
"""
import argparse, array, datetime, importlib.metadata, os, platform, statistics, subprocess, sys, tempfile, time, tomllib

ROUNDS = 3
SELF = os.path.abspath(__file__)
OURS = "target/release/examples/peers"
CRATES = "benches/peers/rust/target/release/trimodal-peers"
HINTS = {OURS: "cargo build --release -p trimodal-route --example peers",
         CRATES: "cargo build --release --manifest-path benches/peers/rust/Cargo.toml"}
FAR = 2**32 - 1

# Task, our figure, the peer's figure.
ROWS = [
    ("from the graph to the first route, CPU s", "first_s", "first_s"),
    ("new prices, quick, CPU s", "quick_s", "customize_s"),
    ("new prices, full, CPU s", "full_s", "customize_s"),
    ("distance after quick pricing, us", "distance_quick_us", "distance_us"),
    ("distance after full pricing, us", "distance_full_us", "distance_us"),
    ("route with path after quick pricing, us", "way_quick_us", "way_us"),
    ("route with path after full pricing, us", "way_full_us", "way_us"),
    ("table of all ports, CPU s", "table_s", "table_s"),
    ("port to port by sea, with path, us", "sea_us", "sea_us"),
]
NOTES = """\
ours: quick pricing is the method of cch and RoutingKit; full pricing also removes the arcs that no shortest path uses,
  and stores the expansion of each arc.
first route: everything from the bare graph on: order, shape, prices (our order, computed here, is stored in the packed world).
cch, distance: the crate's function allocates its arrays for each query. fast_paths, distance: always with the path.
pyroutingkit, distance: its table of one cell. fast_paths, new prices: prepared again from the start.
searoute: its own network and its own access to ports, so its routes differ from ours; only its time is compared."""


# The Python peers. Each prepares and checks, and returns the function of a round.

class World:
    """The files of `peers export`; crates/route/examples/peers.rs describes the format."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.weights, self.pairs = self.read("weights.u32"), self.pairs_of("pairs.u32")

    def read(self, name, kind="I"):
        return read(os.path.join(self.folder, name), kind)

    def pairs_of(self, name):
        flat = self.read(name)
        return list(zip(flat[::2], flat[1::2]))

    def write(self, name, values):
        with open(os.path.join(self.folder, f"{self.name}.{name}.u32"), "wb") as file:
            array.array("I", values).tofile(file)

    def around(self):
        """The successors of each state, with the cost of the cheapest arc."""
        around = [{} for _ in self.read("order.u32")]
        for tail, head, weight in zip(self.read("tails.u32"), self.read("heads.u32"), self.weights):
            if weight < around[tail].get(head, FAR):
                around[tail][head] = weight
        return around


def read(path, kind="I"):
    with open(path, "rb") as file:
        return array.array(kind, file.read())


def figure(name, value):
    print(name, value)


def cpu(name, work):
    begun = time.process_time()
    done = work()
    figure(name, time.process_time() - begun)
    return done


def clock(name, pairs, question):
    times = []
    for a, b in pairs:
        at = time.perf_counter_ns()
        question(a, b)
        times.append(time.perf_counter_ns() - at)
    figure(name, statistics.median(times) / 1e3)


def add_up(around, path):
    return sum(around[a].get(b, FAR) for a, b in zip(path, path[1:]))


def pyroutingkit(world):
    import numpy, pyroutingkit

    numbers = lambda name, kind="<u4": numpy.fromfile(os.path.join(world.folder, name), kind)
    lat, lon = numbers("lat.f32", "<f4"), numbers("lon.f32", "<f4")
    tails, heads, weights = numbers("tails.u32"), numbers("heads.u32"), numbers("weights.u32")
    # The older of its two classes is the faster one: it builds one list for the path, not two.
    graph = pyroutingkit.CCH()
    cpu("order_and_shape_s", lambda: graph.build_topology(tails, heads, lat, lon, len(lat)))
    graph.customize_weights(weights)

    far = lambda distance: FAR if distance == pyroutingkit.INF_WEIGHT else distance
    around = world.around()
    way = lambda cost, path: far(cost) if far(cost) == FAR else add_up(around, path)
    world.write("way", (way(*graph.query(a, b)) for a, b in world.pairs))
    cells = [(numpy.array([a], "u4"), numpy.array([b], "u4")) for a, b in world.pairs]
    world.write("distance", (far(int(graph.distances_many_to_many(a, b)[0, 0])) for a, b in cells))
    ports = numbers("ports.u32").reshape(-1, 2)
    start, end = numpy.ascontiguousarray(ports[:, 0]), numpy.ascontiguousarray(ports[:, 1])

    def work():
        cpu("customize_s", lambda: graph.customize_weights(weights))
        clock("way_us", world.pairs, graph.query)
        clock("distance_us", cells, graph.distances_many_to_many)
        table = cpu("table_s", lambda: graph.distances_many_to_many(start, end))
        numpy.where(table == pyroutingkit.INF_WEIGHT, FAR, table).astype("<u4").tofile(
            os.path.join(world.folder, f"{world.name}.table.u32"))

    return work


def scgraph_with(world, few, prepare, search):
    import scgraph

    around = world.around()
    graph = cpu("graph_s", lambda: scgraph.Graph(around))
    prepare(graph)

    def ask(a, b):
        try:
            return search(graph)(a, b)["path"]
        except Exception:  # raised where there is no path
            return None

    pairs = world.pairs[:few]
    ways = (ask(a, b) for a, b in pairs)
    world.write("way", (FAR if way is None else add_up(around, way) for way in ways))
    return lambda: clock("way_us", pairs, ask)


def scgraph(world):
    return scgraph_with(world, 100, lambda graph: None, lambda graph: graph.dijkstra)


def scgraph_ch(world):
    prepare = lambda graph: cpu("hierarchy_s", graph.create_contraction_hierarchy)
    return scgraph_with(world, 1_000, prepare, lambda graph: graph.contraction_hierarchy)


def searoute(world):
    import searoute

    lat, lon = world.read("lat.f32", "f"), world.read("lon.f32", "f")
    pairs = world.pairs_of("sea_pairs.u32")[:100]
    ends = [((lon[a], lat[a]), (lon[b], lat[b])) for a, b in pairs]
    metres = lambda a, b: round(searoute.searoute(a, b, units="m").properties["length"])
    world.write("sea", (metres(a, b) for a, b in ends))
    return lambda: clock("sea_us", ends, searoute.searoute)


PYTHON = {"pyroutingkit": pyroutingkit, "scgraph": scgraph, "scgraph-ch": scgraph_ch, "searoute": searoute}


def serve(name, folder):
    work = PYTHON[name](World(folder, name))
    print("done", flush=True)
    for _ in sys.stdin:
        work()
        print("done", flush=True)


# The comparison.

class Missing(Exception):
    pass


class Process:
    """A peer, ours included, that prepares once and then answers round by round."""

    def __init__(self, command):
        self.errors = tempfile.TemporaryFile("w+")
        if not os.path.exists(command[0]):
            raise Missing(f"not built: {HINTS.get(command[0], command[0])}")
        # One thread each, regardless of the library's default.
        one = dict(os.environ, RAYON_NUM_THREADS="1", OMP_NUM_THREADS="1")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        text=True, env=one)
        self.prepared = self.figures()

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.figures()

    def figures(self):
        figures = {}
        for line in self.process.stdout:
            if line.strip() == "done":
                return figures
            name, value = line.split()
            figures[name] = float(value)
        self.errors.seek(0)
        raise Missing((self.errors.read().strip() or "ended").splitlines()[-1])


def export(folder):
    if not os.path.exists(OURS):
        sys.exit(f"not built: {HINTS[OURS]}")
    done = os.path.join(folder, "export.txt")
    if not os.path.exists(done):
        one = dict(os.environ, RAYON_NUM_THREADS="1")
        text = subprocess.run([OURS, "export", folder], stdout=subprocess.PIPE, text=True, check=True, env=one).stdout
        with open(done, "w") as file:
            file.write(text)
    with open(done) as file:
        return {name: float(value) for name, value in map(str.split, file)}


def started(names, folder):
    processes = {}
    for name in names:
        crate = name in ("cch", "cch-ours", "fast_paths")
        command = [CRATES, name, folder] if crate else [sys.executable, SELF, "--serve", name, folder]
        try:
            processes[name] = Process(command)
        except Missing as reason:
            print(f"{name}: skipped, {reason}", flush=True)
    return processes


def with_sums(figures, prepared, order_s):
    """Adds figures that are sums of others. Peers without an order of their own use ours."""
    figures = {**prepared, **figures}
    if "quick_s" in figures:
        figures["full_s"] = figures["quick_s"] + figures["thin_s"] + figures["vias_s"]
    if "shape_s" in figures:
        figures.setdefault("order_s", order_s)
    parts = ["order_s", "shape_s", "order_and_shape_s", "full_s", "customize_s", "prepare_s", "graph_s", "hierarchy_s"]
    figures["first_s"] = sum(figures.get(part, 0) for part in parts)
    return figures


def measured(ours, peers, order_s):
    """The rounds of each peer, each as ours followed by the peer's."""
    rounds = {name: [] for name in peers}
    for _ in range(ROUNDS):
        for name, peer in peers.items():
            pair = [with_sums(p.round(), p.prepared, order_s) for p in (ours, peer)]
            rounds[name].append(pair)
    return rounds


def cell(rounds, our_name, their_name):
    pairs = [(ours.get(our_name), theirs.get(their_name)) for ours, theirs in rounds]
    if not all(b for _, b in pairs):
        return "-"
    theirs = number(statistics.median(b for _, b in pairs))
    if not all(a for a, _ in pairs):
        return theirs
    return f"{theirs} ({number(statistics.median(b / a for a, b in pairs))}x)"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def print_table(rounds):
    print("| work | ours | " + " | ".join(rounds) + " |")
    print("|---" * (2 + len(rounds)) + "|")
    for work, our_name, their_name in ROWS:
        own = [pair[0][our_name] for pairs in rounds.values() for pair in pairs if our_name in pair[0]]
        ours = number(statistics.median(own)) if own else "-"
        cells = [cell(pairs, our_name, their_name) for pairs in rounds.values()]
        print(f"| {work} | {ours} | " + " | ".join(cells) + " |")


def print_agreement(names, folder, ours):
    print(f"ours: {ours['questions']:.0f} queries, {ours['reached']:.0f} with a path; distance and route, after quick and full "
          f"pricing, disagree on {ours['wrong']:.0f}")
    for name in names:
        for what, base in (("way", "distances"), ("distance", "distances"), ("table", "table")):
            paths = [os.path.join(folder, f"{who}.{file}.u32") for who, file in ((name, what), ("ours", base))]
            if all(map(os.path.exists, paths)):
                theirs, own = map(read, paths)
                wrong = sum(a != b for a, b in zip(theirs, own))
                print(f"{name}: {len(theirs):,} of kind {what}: {wrong} differ from ours")
    print_sea(folder)


def print_sea(folder):
    paths = [os.path.join(folder, f"{who}.sea.u32") for who in ("searoute", "ours")]
    if all(map(os.path.exists, paths)):
        ratios = [a / b for a, b in zip(*map(read, paths)) if b != FAR]
        print(f"searoute (another graph): its routes are {statistics.median(ratios):.3f} times as long as ours in the median")


def versions(names):
    with open("benches/peers/rust/Cargo.lock", "rb") as file:
        crates = {p["name"]: p["version"] for p in tomllib.load(file)["package"]}
    of = lambda name: crates.get(name) or importlib.metadata.version(name)
    plain = dict.fromkeys(name.removesuffix("-ours").removesuffix("-ch") for name in names)
    return ", ".join(f"{name} {of(name)}" for name in plain)


def compare(folder, names):
    exported = export(folder)
    ours = Process([OURS, "queries", folder])
    peers = started(names, folder)
    if not peers:
        sys.exit("no peer to compare with")
    rounds = measured(ours, peers, exported["order_s"])
    print(f"{datetime.date.today()}, {os.cpu_count()} {platform.machine()} cores; {versions(peers)}; "
          f"{exported['states']:,.0f} states, {exported['arcs']:,.0f} arcs, {exported['ports']:,.0f} ports; "
          f"medians of {ROUNDS} rounds; in brackets peer / ours\n")
    print_table(rounds)
    print(f"\n{NOTES}\n")
    print_agreement(peers, folder, ours.prepared)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scgraph-ch", action="store_true", help="also scgraph's hierarchy, however long it takes")
    parser.add_argument("--only", nargs="+", metavar="PEER", help="only these peers")
    parser.add_argument("--folder", help="keep the export here, or take it from here; else a temporary one")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        return serve(*args.serve)
    names = ["pyroutingkit", "cch", "cch-ours", "fast_paths", "scgraph", "searoute"]
    names = args.only or names + ["scgraph-ch"] * args.scgraph_ch
    folder = args.folder and os.path.abspath(args.folder)
    os.chdir(os.path.join(os.path.dirname(SELF), "../.."))
    if folder:
        os.makedirs(folder, exist_ok=True)
        return compare(folder, names)
    with tempfile.TemporaryDirectory() as folder:
        compare(folder, names)


if __name__ == "__main__":
    main()
