{#- Colour of the map: the exact limits (for example +10 % and -10 %) are within. Compared without division. -#}
{% macro map_band(price, province_price, band_pct) -%}
    case
        when {{ price }} is null then 'no_data'
        when {{ price }} * 100 > {{ province_price }} * (100 + {{ band_pct }}) then 'above'
        when {{ price }} * 100 < {{ province_price }} * (100 - {{ band_pct }}) then 'below'
        else 'within'
    end
{%- endmacro %}
