drop domain {{ new }};
