drop type equities.quote_observation;
drop table equities.quote_history;
drop table equities.live_quote_indicators;
drop table equities.symbols;
