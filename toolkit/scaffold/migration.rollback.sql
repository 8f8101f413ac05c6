-- Undo exactly that; where nothing can be undone, raise and say so.
drop table {{ schema }}.{{ stem }};
