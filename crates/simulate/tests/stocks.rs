//! Stocks: reserved room is released completely, and lots that gather side by side never block a yard.

use trimodal_des::clock::ticks;
use trimodal_des::distribution::Distribution as D;
use trimodal_des::program::{
    BufferAt, Delay, FlowAt, LotBuffer, Model, Op, Pc, RoutingAt, Stock, StockAt,
};
use trimodal_des::run::Run;

const LOT: u64 = 8_000;

/// Two flows come to a yard that has no room for a whole lot of each; ships take them to a second
/// yard, from which they go a tonne at a time.
fn two_yards() -> Model {
    let mut m = Model { flows: vec!["a".into(), "b".into()], ..Model::default() };
    let stock = |name: &str, capacity_kg| Stock { name: name.into(), capacity_kg };
    m.stocks = vec![stock("first", 10_000), stock("second", 10_000)];
    let buffer = |stock| LotBuffer { stock: Some(StockAt(stock)), call: None, call_at_kg: LOT };
    m.buffers = vec![buffer(0), buffer(0), LotBuffer { call_at_kg: 1_000, ..buffer(1) }];
    let flows = [FlowAt(0), FlowAt(1)];
    m.routings = vec![
        vec![(flows[0], BufferAt(0)), (flows[1], BufferAt(1))],
        vec![(flows[0], BufferAt(2)), (flows[1], BufferAt(2))],
    ];
    let sail = m.delay(Delay::of("sail", D::Exponential(2.0)));
    for flow in 0..2 {
        let buffer = BufferAt(flow);
        let start = m.here();
        m.code.extend([
            Op::Claim(buffer, LOT),
            Op::Reserve(StockAt(1), LOT),
            Op::Take(buffer, LOT),
            Op::Delay(sail),
            Op::Put(RoutingAt(1)),
            Op::Unreserve(StockAt(1), LOT),
            Op::End,
        ]);
        m.buffers[flow as usize].call = Some((start, LOT));
    }
    let out = m.here();
    m.code.extend([
        Op::Claim(BufferAt(2), 1_000),
        Op::Take(BufferAt(2), 1_000),
        Op::Deliver,
        Op::End,
    ]);
    m.buffers[2].call = Some((out, 1_000));
    for flow in 0..2 {
        let start: Pc = m.here();
        m.code.extend([
            Op::Create(FlowAt(flow), 1_000),
            Op::Reserve(StockAt(0), 1_000),
            Op::Put(RoutingAt(0)),
            Op::Unreserve(StockAt(0), 1_000),
            Op::End,
        ]);
        m.source(Delay::of(format!("in {flow}"), D::Exponential(4.0)), None, 1, start);
    }
    m
}

#[test]
fn short_lots_give_all_their_room_back() {
    let m = two_yards();
    for seed in 0..20 {
        let mut run = Run::new(&m, seed, 0).expect("a model");
        // Half a tonne an hour: 10,000 t.
        run.until(ticks(20_000.0));
        run.settle();
        assert!(run.faults().is_empty(), "{:?}", run.faults());
        let (born, delivered) =
            run.flows.iter().fold((0, 0), |(b, d), f| (b + f.born_kg, d + f.delivered_kg));
        assert!(born > 9_000_000, "{born}");
        assert!(born - delivered < 60_000, "seed {seed}: {delivered} kg of {born} arrived");
    }
}
