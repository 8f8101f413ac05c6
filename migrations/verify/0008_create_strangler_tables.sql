select
    'strangler.moves'::regclass,
    'strangler.move_steps'::regclass,
    'strangler.backfills'::regclass,
    'strangler.quarantine'::regclass,
    'strangler.comparisons'::regclass,
    'strangler.mismatches'::regclass,
    'strangler.cutovers'::regclass;
