select '{{ schema }}'::regnamespace;
