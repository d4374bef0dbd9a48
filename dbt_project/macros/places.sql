{#- The code of the province wherever a table says regency or province. -#}
{% macro province_code() -%}
    '35'
{%- endmacro %}

{#-
    The query of the daily prices of all regencies and of the province: both from the same join, made in each before they
    are put together, so that each is searched by its index whatever the history.

    join      what their rows, called prices, are joined with; may be empty
    columns   columns of what they are joined with
-#}
{% macro prices_of_places(join="", columns=[]) -%}
    {%- for model in ['int_price_regency_daily', 'int_price_province_daily'] %}
        select
            {% for column in columns -%}
                {{ column }},
            {% endfor -%}
            {{ 'prices.regency_code' if loop.first else province_code() ~ ' as regency_code' }},
            prices.commodity_code,
            prices.price_level,
            prices.unit,
            prices.observed_on,
            prices.price_idr
        from {{ ref(model) }} as prices
        {{ join }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
