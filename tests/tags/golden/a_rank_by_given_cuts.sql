-- cut_points_score, temporary
SELECT 'score' AS tag, score, low FROM (VALUES (2, CAST(90.0 AS DOUBLE)), (3, CAST(30.0 AS DOUBLE))) AS cuts (score, low);

-- cut_points, in order of tag, score
SELECT CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS INTEGER) AS score, CAST(NULL AS DOUBLE) AS low WHERE false UNION ALL SELECT * FROM cut_points_score;

-- portrait, in ranges of customers, weighed by customers, order_lines
WITH pass_0 AS (SELECT customer, max("ordered_at") AS _a0 FROM "order_lines" WHERE customer >= $low AND customer < $high GROUP BY customer), recipes AS (SELECT c.customer, c.customer_id, _a0 AS _recency_0, _cuts.* FROM (SELECT * FROM customers WHERE customer >= $low AND customer < $high) c LEFT JOIN pass_0 USING (customer) CROSS JOIN (SELECT max(low) FILTER (WHERE tag = 'score' AND score = 2) AS _score_2, max(low) FILTER (WHERE tag = 'score' AND score = 3) AS _score_3 FROM (SELECT tag, score, low FROM cut_points_score)) _cuts), level_0 AS (SELECT *, CAST(DATE_DIFF('DAY', CAST("_recency_0" AS DATE), CAST(CAST('2024-07-01 12:00:00' AS TIMESTAMP) AS DATE)) AS BIGINT) AS "recency" FROM recipes), level_1 AS (SELECT *, CAST(CASE WHEN CAST("recency" AS DOUBLE) IS NULL THEN NULL WHEN CAST("recency" AS DOUBLE) <= _score_3 THEN 3 WHEN CAST("recency" AS DOUBLE) <= _score_2 THEN 2 ELSE 1 END AS BIGINT) AS "score" FROM level_0), tagged AS (SELECT * FROM level_1) SELECT customer, customer_id, "recency", "score" FROM tagged;

-- evidence, in order of customer, tag, chosen DESC, "at" DESC NULLS LAST, record_id
SELECT CAST(NULL AS INTEGER) AS customer, CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS VARCHAR) AS value, CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS batch, CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS TIMESTAMP) AS at, CAST(NULL AS DOUBLE) AS confidence, CAST(NULL AS BOOLEAN) AS chosen WHERE false;
