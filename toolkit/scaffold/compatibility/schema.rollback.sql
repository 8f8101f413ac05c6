drop schema {{ schema }};
