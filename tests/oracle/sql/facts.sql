-- What every family of facts is told in. `value` is seconds or money. A dimension that a fact has not is NULL.
CREATE OR REPLACE SEQUENCE fact_numbers;

CREATE OR REPLACE TEMP TABLE facts (
    fact_no BIGINT DEFAULT nextval('fact_numbers'),
    fact VARCHAR NOT NULL,
    t_us BIGINT NOT NULL,
    rep VARCHAR,
    team VARCHAR NOT NULL,
    channel VARCHAR,
    product VARCHAR,
    segment VARCHAR,
    region VARCHAR,
    stage VARCHAR,
    from_stage VARCHAR,
    to_stage VARCHAR,
    value DOUBLE
);
