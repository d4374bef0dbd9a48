{#- The price level of alerts that are not about a price. -#}
{% macro no_price_level() -%}
    'none'
{%- endmacro %}

{#- What a price was before it changed by `change_pct` percent, to the hundredth of a rupiah. -#}
{% macro price_before_change(price, change_pct) -%}
    trim_scale(round({{ price }} / (1 + {{ change_pct }} / 100), 2))
{%- endmacro %}

{#- Days that an alert on days may go without being looked at and still be the same one. -#}
{% macro longest_gap() -%}
    (
        select max(alert_rules.gap_days) from {{ ref('alert_rules') }} as alert_rules
        where alert_rules.rule_code in ('above_ceiling', 'jump_1d', 'jump_7d', 'wide_spread', 'stale')
    )
{%- endmacro %}

{#-
    The query of the nearest day, before or after that of an alert, on which the same rule was looked at in the same
    place: the figure that it judges was there. Before, only as far back as the rule's gap.

    alert       a row with observed_on, regency_code, commodity_code, price_level, rule_code and gap_days
    direction   before or after
-#}
{% macro day_looked_at(alert, direction) -%}
    {%- set sources = [
        {
            'model': 'fct_price_daily',
            'day': 'observed_on',
            'level': 'price_level',
            'rules': {
                'above_ceiling': 'ceiling_deviation_pct',
                'jump_1d': 'change_1d_pct',
                'jump_7d': 'change_7d_pct',
                'stale': 'change_1d_pct',
            },
        },
        {
            'model': 'fct_price_province_daily',
            'day': 'observed_on',
            'level': 'price_level',
            'rules': {
                'jump_1d': 'change_1d_pct',
                'jump_7d': 'change_7d_pct',
                'wide_spread': 'cv_between_regions_pct',
            },
            'place': province_code(),
        },
        {
            'model': 'fct_price_monthly',
            'day': 'month_on',
            'level': 'price_level',
            'rules': {'ifpa': 'ifpa', 'alps': 'alps'},
        },
        {
            'model': 'fct_stock_daily',
            'day': 'observed_on',
            'rules': {'shortage': 'days_of_cover'},
        },
    ] -%}
    {% for source in sources -%}
            (
                select judged.{{ source.day }} as looked_at_on
                from {{ ref(source.model) }} as judged
                where
                    {{ alert }}.rule_code in ('{{ source.rules | join("', '") }}')
                    {% if source.place -%}
                        and {{ alert }}.regency_code = {{ source.place }}
                    {%- else -%}
                        and judged.regency_code = {{ alert }}.regency_code
                    {%- endif %}
                    and judged.commodity_code = {{ alert }}.commodity_code
                    {% if source.level -%}
                        and judged.price_level = {{ alert }}.price_level
                    {%- endif %}
                    {% if direction == 'before' -%}
                        and judged.{{ source.day }} < {{ alert }}.observed_on
                        and judged.{{ source.day }} >= {{ alert }}.observed_on - {{ alert }}.gap_days
                    {%- else -%}
                        and judged.{{ source.day }} > {{ alert }}.observed_on
                    {%- endif %}
                    and case {{ alert }}.rule_code
                        {%- for rule, figure in source.rules.items() %}
                            when '{{ rule }}' then judged.{{ figure }}
                        {%- endfor %}
                    end is not null
                order by judged.{{ source.day }} {{ 'desc' if direction == 'before' else 'asc' }}
                limit 1
            )
            {% if not loop.last %}union all{% endif %}
    {%- endfor %}
    limit 1
{%- endmacro %}

{#- Whether two rows are about the same rule, place, commodity and level, on whatever days. -#}
{% macro is_same_alert(one, other) -%}
    (
        {{ one }}.regency_code = {{ other }}.regency_code
        and {{ one }}.commodity_code = {{ other }}.commodity_code
        and {{ one }}.price_level = {{ other }}.price_level
        and {{ one }}.rule_code = {{ other }}.rule_code
    )
{%- endmacro %}

{#- Last day of the run that begins on `first_on`: the last alert before the next run begins. -#}
{% macro run_end(run, first_on) -%}
    (
        select max(alerts_of_run.observed_on)
        from {{ ref('int_alert_fired') }} as alerts_of_run
        where
            {{ is_same_alert('alerts_of_run', run) }}
            and alerts_of_run.observed_on < coalesce(
                (
                    select min(later_starts.observed_on)
                    from {{ ref('int_alert_run_start') }} as later_starts
                    where
                        {{ is_same_alert('later_starts', run) }}
                        and later_starts.observed_on > {{ first_on }}
                ),
                'infinity'::date
            )
    )
{%- endmacro %}

{#-
    A model's table as the build before left it, read without a reference by what the model itself is built by; none
    when everything is built anew.
-#}
{% macro left_by_the_build_before(model_name) -%}
    {%- if load_relation is defined and not flags.FULL_REFRESH -%}
        {{ return(load_relation(this.incorporate(path={'identifier': model_name}))) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
