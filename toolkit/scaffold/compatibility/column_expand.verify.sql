select {{ verified }} from {{ table }}
where false;
