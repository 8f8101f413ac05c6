select '{{ new_text }}'::regclass;
