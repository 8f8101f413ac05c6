-- title: {{ title }}
-- id: {{ id }}
-- severity: warning
{%- if area == "audit" %}
-- area: data
-- cost: catalog
{%- endif %}
-- why: what goes wrong when this has rows
-- fix: the command or the statement that mends it
select
    'what varies from finding to finding'::text as subject,
    'what is to be said of it'::text as detail
where false;
