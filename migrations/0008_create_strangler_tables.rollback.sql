drop table strangler.cutovers;
drop table strangler.mismatches;
drop table strangler.comparisons;
drop table strangler.quarantine;
drop table strangler.backfills;
drop table strangler.move_steps;
drop table strangler.moves;
