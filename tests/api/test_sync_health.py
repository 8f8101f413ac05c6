"""api.sync_health: the state of the sync engine in one document."""

KEYS = ["checked_at", "coverage", "cron", "freshness", "providers", "queue"]


def test_a_new_installation_has_only_its_jobs(ask):
    health = ask("api.sync_health")
    assert sorted(health) == KEYS
    assert health["freshness"] == health["coverage"] == health["queue"] == health["providers"] == []
    assert {job["name"] for job in health["cron"]} >= {"queue_stale", "refresh_views"}
    assert all(job["is_silent"] for job in health["cron"])


def test_everything_is_counted(db, ask, shoe):
    db.execute("select sync.seed_registry()")
    db.execute(
        """
        insert into sync.subjects (data_type, subject, tier, product_id, fetched_at)
        values
        ('stockx-market-data', 'p', 'hot', %(product)s, now()),
        ('stockx-market-data', 'q', 'hot', null, now() - interval '2 hours'),
        ('stockx-market-data', 'r', 'warm', null, null)
        """,
        {"product": shoe[0]},
    )
    db.execute("select sync.enqueue('stockx-market-data', array['q', 'r'])")
    health = ask("api.sync_health")
    freshness = {row["tier"]: row for row in health["freshness"]}
    assert (freshness["hot"]["fresh"], freshness["hot"]["stale"]) == (1, 1)
    assert (freshness["warm"]["stale"], freshness["warm"]["never_fetched"]) == (1, 1)
    [coverage] = health["coverage"]
    assert (coverage["provider"], coverage["products"], coverage["fetched"]) == ("stockx", 1, 1)
    queue = {row["data_type"]: row["waiting"] for row in health["queue"]}
    assert queue["stockx-market-data"] == 2
    assert sum(queue.values()) == 2
    assert {row["provider"] for row in health["providers"]} == {"alias", "awin", "fmp", "stockx"}


def test_lists_are_in_order(db, ask):
    db.execute("select sync.seed_registry()")
    health = ask("api.sync_health")
    for part, key in (("queue", "data_type"), ("cron", "name"), ("providers", "provider")):
        names = [row[key] for row in health[part]]
        assert names == sorted(names)
        assert len(names) > 1
