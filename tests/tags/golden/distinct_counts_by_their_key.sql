-- cut_points, in order of tag, score
SELECT CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS INTEGER) AS score, CAST(NULL AS DOUBLE) AS low WHERE false;

-- portrait, in ranges of customers, weighed by customers, order_lines
WITH pass_0 AS (SELECT customer, count(*) AS _a0 FROM (SELECT customer, "order_id" AS k, count(*) AS m0 FROM "order_lines" WHERE customer >= $low AND customer < $high AND ("order_id") IS NOT NULL GROUP BY customer, k) GROUP BY customer), pass_1 AS (SELECT customer, sum("amount") AS _a1 FROM "order_lines" WHERE customer >= $low AND customer < $high GROUP BY customer), recipes AS (SELECT c.customer, c.customer_id, coalesce(_a0, 0) AS _orders_0, TRY_CAST(_a1 AS DECIMAL(18,4)) AS _spend_0 FROM (SELECT * FROM customers WHERE customer >= $low AND customer < $high) c LEFT JOIN pass_0 USING (customer) LEFT JOIN pass_1 USING (customer)), level_0 AS (SELECT *, CAST(coalesce("_orders_0", 0) AS BIGINT) AS "orders", CAST("_spend_0" AS DECIMAL(18,4)) AS "spend" FROM recipes), tagged AS (SELECT * FROM level_0) SELECT customer, customer_id, "orders", "spend" FROM tagged;

-- evidence, in order of customer, tag, chosen DESC, "at" DESC NULLS LAST, record_id
SELECT CAST(NULL AS INTEGER) AS customer, CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS VARCHAR) AS value, CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS batch, CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS TIMESTAMP) AS at, CAST(NULL AS DOUBLE) AS confidence, CAST(NULL AS BOOLEAN) AS chosen WHERE false;
