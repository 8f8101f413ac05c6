-- title: Size against budget
-- id: INV009
-- cost: catalog
-- requires: setting:size_budget
-- bar: used_percent
-- template: jinja
{% include "checks/parts/size_budget.sql" %}
