#!/usr/bin/env python3
"""Trimodal's engine beside SimPy and OpenCLSim, the same models in one session.

    python3 -m pip install simpy openclsim
    cargo build --release -p trimodal-simulate --all-targets && python3 benches/peers/simulation.py

Prints customers served per CPU second and the ratio, medians of the rounds. Full statistics on our side (waits,
queues, utilisation, histograms); a sum of the times in the system on theirs.
"""
import os, random, statistics, subprocess, time

ROUNDS = 3


def ours():
    out = subprocess.run(["target/release/examples/bench"], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in out.splitlines())
    return {name: (int(served) / float(seconds), int(events) / float(seconds)) for name, served, events, seconds, _ in rows}


def timed(build, hours):
    import simpy

    env = simpy.Environment()
    rng = random.Random(1)
    done = [0, 0.0]
    build(env, rng, simpy, done)
    begun = time.process_time()
    env.run(until=hours)
    return done[0] / (time.process_time() - begun)


def mm8(env, rng, simpy, done):
    desk = simpy.Resource(env, capacity=8)

    def customer():
        born = env.now
        with desk.request() as request:
            yield request
            yield env.timeout(rng.expovariate(1 / 6.4))
        done[0] += 1
        done[1] += env.now - born

    def source():
        while True:
            yield env.timeout(rng.expovariate(1.0))
            env.process(customer())

    env.process(source())


def port(env, rng, simpy, done):
    berths, channel = simpy.Resource(env, 3), simpy.Resource(env, 2)
    cranes = simpy.Container(env, capacity=8, init=8)

    def ship():
        born = env.now
        with berths.request() as berth:
            yield berth
            yield env.timeout(rng.expovariate(1 / 2.0))
            yield cranes.get(2)
            yield env.timeout(rng.expovariate(1 / 3.0))
            yield cranes.put(2)
        with channel.request() as way:
            yield way
            yield env.timeout(rng.expovariate(1.0))
        done[0] += 1
        done[1] += env.now - born

    def source():
        while True:
            yield env.timeout(rng.expovariate(1 / 2.5))
            env.process(ship())

    env.process(source())


def jackson(env, rng, simpy, done):
    n = 1000
    nodes = [simpy.Resource(env, 1) for _ in range(n)]

    def customer(i):
        born = env.now
        while True:
            with nodes[i].request() as request:
                yield request
                yield env.timeout(rng.expovariate(1 / 1.4))
            u = rng.random()
            if u < 0.5:
                i = (i * 7 + 3) % n
            elif u < 0.8:
                i = (i * 13 + 11) % n
            else:
                break
        done[0] += 1
        done[1] += env.now - born

    def source(i):
        while True:
            yield env.timeout(rng.expovariate(0.1))
            env.process(customer(i))

    for i in range(n):
        env.process(source(i))


def crowd(env, rng, simpy, done):
    desk = simpy.Resource(env, capacity=100)

    def customer():
        while True:
            with desk.request() as request:
                yield request
                yield env.timeout(rng.expovariate(1.0))
            done[0] += 1

    for _ in range(10_000):
        env.process(customer())


def openclsim_cycle(trips):
    """A closed loop of sailing, loading, sailing and unloading: trips per CPU second, four activities each."""
    import shapely.geometry, simpy, openclsim.core as core, openclsim.model as model

    env = simpy.Environment()
    env.epoch = 0
    kinds = dict(
        Site=type("Site", (core.Identifiable, core.Log, core.Locatable, core.HasContainer, core.HasResource), {}),
        Ship=type("Ship", (core.Identifiable, core.ContainerDependentMovable, core.Processor, core.LoadingFunction,
                           core.UnloadingFunction, core.HasResource), {}),
    )
    point = shapely.geometry.Point
    registry = {}
    site = lambda name, x, level: kinds["Site"](env=env, name=name, geometry=point(x, 0), capacity=1e9, level=level)
    a, b = site("a", 4.18, 5.0 * trips), site("b", 4.19, 0)
    ship = kinds["Ship"](env=env, name="ship", geometry=point(4.18, 0), capacity=5, compute_v=lambda x: 10, loading_rate=1,
                         unloading_rate=1)
    move = lambda name, to: model.MoveActivity(env=env, registry=registry, name=name, mover=ship, destination=to)
    shift = lambda name, origin, to: model.ShiftAmountActivity(
        env=env, registry=registry, name=name, processor=ship, origin=origin, destination=to, amount=5, duration=10)
    steps = [shift("load", a, ship), move("out", b), shift("unload", ship, b), move("back", a)]
    cycle = model.SequentialActivity(env=env, registry=registry, name="cycle", sub_processes=steps)
    loop = model.RepeatActivity(env=env, registry=registry, name="loop", sub_processes=[cycle], repetitions=trips)
    model.register_processes([loop])
    begun = time.process_time()
    env.run()
    return 4 * trips / (time.process_time() - begun)


def main():
    os.chdir(os.path.join(os.path.dirname(__file__), "../.."))
    peers = {"mm8": (mm8, 6e4), "port": (port, 6e4), "jackson": (jackson, 60), "crowd": (crowd, 600)}
    rounds = [(ours(), {name: timed(build, hours) for name, (build, hours) in peers.items()}) for _ in range(ROUNDS)]
    print(f"{'model':<10}{'ours /s':>14}{'SimPy /s':>12}{'ratio':>8}{'our events /s':>16}")
    for name in peers:
        a = statistics.median(r[0][name][0] for r in rounds)
        b = statistics.median(r[1][name] for r in rounds)
        e = statistics.median(r[0][name][1] for r in rounds)
        ratio = statistics.median(r[0][name][0] / r[1][name] for r in rounds)
        print(f"{name:<10}{a:>14,.0f}{b:>12,.0f}{ratio:>8.0f}{e:>16,.0f}")
    try:
        rate = statistics.median(openclsim_cycle(300) for _ in range(ROUNDS))
        own = statistics.median(4 * r[0]["cycle"][0] for r in rounds)
        print(f"closed cycle with its log: ours {own:,.0f} activities /s, OpenCLSim {rate:,.0f}: ratio {own / rate:,.0f}")
    except ImportError as e:
        print(f"OpenCLSim: skipped, {e}")


if __name__ == "__main__":
    main()
