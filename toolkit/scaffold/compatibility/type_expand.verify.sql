select '{{ new_text }}'::regtype;
