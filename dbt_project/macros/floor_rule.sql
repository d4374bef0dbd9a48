{#-
    Siskaperbapo's provincial average: the mean of the regency means, rounded down to whole rupiah.
    Numeric division stops after some twenty digits, so that 1/3 + 1/3 + 1/3 falls a hair short of 1 and its floor
    would lose a whole rupiah. Rounding to ten decimals first restores it and can move nothing else: with at most
    38 regencies of a few markets each, a true mean below a whole number is below it by far more than 1e-10.
-#}
{% macro floor_of_mean(regency_means) -%}
    floor(round(avg({{ regency_means }}), 10))::bigint
{%- endmacro %}
