{#- Rows in which a figure is null without a reason, or has a value and a reason. Reason columns: <figure>_reason. -#}
{% test reason_given(model, figures) %}
select *
from {{ model }}
where
    {%- for figure in figures %}
    ({{ figure }} is null) <> ({{ figure }}_reason is not null){{ " or" if not loop.last }}
    {%- endfor %}
{% endtest %}
