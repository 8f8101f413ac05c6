drop schema legacy_system;
