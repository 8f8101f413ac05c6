drop table shop.note_tags;
drop table shop.notes;
