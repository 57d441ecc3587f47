-- What every family of facts is told in. `value` is seconds, money or a score, to the millionth and so added up
-- exactly. A dimension that a fact has not is NULL. A gauge says what is so at as_of, and lies in the window `now` alone.
CREATE OR REPLACE SEQUENCE fact_numbers;

CREATE OR REPLACE TEMP TABLE facts (
    fact_no BIGINT DEFAULT nextval('fact_numbers'),
    fact VARCHAR NOT NULL,
    t_us BIGINT NOT NULL,
    rep VARCHAR,
    team VARCHAR,
    account VARCHAR,
    campaign VARCHAR,
    channel VARCHAR,
    product VARCHAR,
    segment VARCHAR,
    region VARCHAR,
    stage VARCHAR,
    from_stage VARCHAR,
    to_stage VARCHAR,
    content VARCHAR,
    alert_rule VARCHAR,
    is_gauge BOOLEAN DEFAULT false,
    value DECIMAL(24, 6)
);
