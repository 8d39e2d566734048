-- What wrk posts: a report of two rows.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"report":{"title":"Orders 2026"},"data":{"rows":[{"order_id":1,"customer":"Ada","total":9.5},{"order_id":2,"customer":"Grace","total":12.25}]}}'
