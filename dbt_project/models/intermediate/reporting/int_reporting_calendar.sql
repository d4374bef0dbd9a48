{%- set lengths = {
    'day': '1 day', 'week': '7 days', 'month': '1 month', 'quarter': '3 months', 'year': '1 year'
} -%}

with final as (

    {% for calendar in var('calendars') %}
        select
            '{{ calendar.dataset }}' as dataset,
            '{{ calendar.unit }}' as period_unit,
            interval '{{ lengths[calendar.unit] }}' as period_length,
            {{ calendar.due_days_after | default(0) }} as due_days_after,
            time '{{ calendar.due_time }}' as due_time,
            {{ calendar.expected_again | default(0) }} as expected_again
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from final
