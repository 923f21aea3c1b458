-- Journals of many runs of many funds, derived record by record: see docs/TABLES.md. Columns that end in _usd
-- are in the fund's base currency, journal_heads.base.

CREATE TABLE steelyard.journal_heads (
    run          uuid PRIMARY KEY,
    fund         text NOT NULL,
    base         text NOT NULL,
    fund_hash    text NOT NULL,
    dataset_hash text NOT NULL,
    seed         text NOT NULL,
    records      bigint NOT NULL,
    chain        text NOT NULL,
    as_of        timestamptz NOT NULL,
    ended        boolean NOT NULL
);

CREATE TABLE steelyard.rebalancing_events (
    run                    uuid NOT NULL,
    id                     uuid NOT NULL UNIQUE,
    decision               bigint NOT NULL,
    record                 bigint NOT NULL,
    fund                   text NOT NULL,
    triggered_at           timestamptz NOT NULL,
    trigger_type           text NOT NULL,
    reason                 text NOT NULL,
    verdict                text NOT NULL,
    why                    text,
    execution_status       text NOT NULL,
    settled_at             timestamptz,
    left_undone            text,
    nav_before_usd         double precision NOT NULL,
    nav_after_usd          double precision,
    prices                 jsonb NOT NULL,
    weights_before         jsonb NOT NULL,
    weights_target         jsonb NOT NULL,
    weights_planned        jsonb NOT NULL,
    weights_after          jsonb,
    total_trade_volume_usd double precision NOT NULL,
    total_cost_usd         double precision NOT NULL,
    fees_usd               double precision NOT NULL,
    spread_usd             double precision NOT NULL,
    impact_usd             double precision NOT NULL,
    planned_volume_usd     double precision NOT NULL,
    planned_cost_usd       double precision NOT NULL,
    naive_cost_usd         double precision NOT NULL,
    gap_usd                double precision NOT NULL,
    fills                  bigint NOT NULL,
    trades                 jsonb NOT NULL,
    PRIMARY KEY (run, decision)
);
CREATE INDEX ON steelyard.rebalancing_events (fund, triggered_at);

CREATE TABLE steelyard.orders (
    run         uuid NOT NULL,
    order_id    bigint NOT NULL,
    record      bigint NOT NULL,
    rebalancing uuid,
    decision    bigint NOT NULL,
    placed_at   timestamptz NOT NULL,
    venue       text NOT NULL,
    instrument  text NOT NULL,
    side        text NOT NULL,
    quantity    numeric NOT NULL,
    limit_price numeric,
    spend       numeric,
    filled      numeric NOT NULL,
    status      text NOT NULL,
    closed_at   timestamptz,
    reason      text,
    PRIMARY KEY (run, order_id)
);
CREATE INDEX ON steelyard.orders (rebalancing);

CREATE TABLE steelyard.fills (
    run         uuid NOT NULL,
    record      bigint NOT NULL,
    venue       text NOT NULL,
    trade       bigint NOT NULL,
    order_id    bigint NOT NULL,
    rebalancing uuid,
    decision    bigint,
    filled_at   timestamptz NOT NULL,
    instrument  text NOT NULL,
    side        text NOT NULL,
    quantity    numeric NOT NULL,
    price       numeric NOT NULL,
    fee         numeric NOT NULL,
    fee_asset   text NOT NULL,
    maker       boolean NOT NULL,
    mid         double precision NOT NULL,
    value_usd   double precision NOT NULL,
    fee_usd     double precision NOT NULL,
    spread_usd  double precision NOT NULL,
    impact_usd  double precision NOT NULL,
    permanent_usd double precision NOT NULL,
    PRIMARY KEY (run, record)
);
CREATE INDEX ON steelyard.fills (rebalancing);

CREATE TABLE steelyard.checks (
    run         uuid NOT NULL,
    record      bigint NOT NULL,
    number      bigint NOT NULL,
    rule        text NOT NULL,
    clause      text,
    checked_at  timestamptz NOT NULL,
    rebalancing uuid,
    decision    bigint,
    subject     text NOT NULL,
    kind        text,
    measured    text,
    breach      text,
    outcome     text NOT NULL,
    limit_value double precision,
    now_value   double precision,
    in_flight   double precision,
    wanted      double precision,
    after_value double precision,
    why         text,
    instrument  text,
    side        text,
    quantity    numeric,
    PRIMARY KEY (run, record, number)
);
CREATE INDEX ON steelyard.checks (rebalancing);

CREATE TABLE steelyard.positions (
    run       uuid NOT NULL,
    as_of     timestamptz NOT NULL,
    record    bigint NOT NULL,
    account   text NOT NULL,
    asset     text NOT NULL,
    units     numeric NOT NULL,
    price_usd double precision NOT NULL,
    value_usd double precision NOT NULL,
    PRIMARY KEY (run, as_of, record, account, asset)
);

CREATE TABLE steelyard.corrections (
    run          uuid NOT NULL,
    record       bigint NOT NULL,
    corrects     bigint NOT NULL,
    corrected_at timestamptz NOT NULL,
    who          text NOT NULL,
    says         text NOT NULL,
    PRIMARY KEY (run, record)
);

CREATE TABLE steelyard.notices (
    run      uuid NOT NULL,
    record   bigint NOT NULL,
    noted_at timestamptz NOT NULL,
    source   text NOT NULL,
    who      text,
    kind     text NOT NULL,
    says     text,
    PRIMARY KEY (run, record)
);
