"""sync.sample_queue, purge_runs, and the views that show the state of things."""


def test_the_depth_counts_what_is_open(queue, claim, rows):
    queue.execute("select sync.enqueue('acme-price', array['a', 'b', 'c'])")
    queue.execute("select sync.enqueue('acme-price', array['later'], null, 'infinity')")
    queue.execute("select sync.complete_jobs(array[%s])", [claim(size=1)[0]["receipt"]])
    claim(size=1)
    assert rows(
        "select provider, waiting, running, oldest_age >= '0 s' as has_age from sync.queue_depth"
    ) == [{"provider": "acme", "waiting": 2, "running": 1, "has_age": True}]


def test_a_job_that_is_not_due_yet_has_no_age(queue, rows):
    queue.execute("select sync.enqueue('acme-price', array['later'], null, 'infinity')")
    assert rows("select waiting, oldest_age from sync.queue_depth") == [
        {"waiting": 1, "oldest_age": None}
    ]


def test_the_depth_is_sampled_once_a_minute(queue, rows):
    queue.execute("select sync.enqueue('acme-price', array['a'])")
    sample = "select sync.sample_queue(%s) as sampled"
    assert rows(sample, "2026-03-01 12:00:01+00") == [{"sampled": 1}]
    assert rows(sample, "2026-03-01 12:00:59+00") == [{"sampled": 0}]
    assert rows(sample, "2026-03-01 12:01:00+00") == [{"sampled": 1}]
    assert rows("select data_type, waiting, running from sync.queue_samples") == 2 * [
        {"data_type": "acme-price", "waiting": 1, "running": 0}
    ]


def test_an_idle_data_type_is_sampled_and_a_disabled_one_is_not(queue, rows):
    assert rows("select sync.sample_queue() as sampled") == [{"sampled": 1}]
    queue.execute("update sync.data_type_registry set is_enabled = false")
    assert rows("select sync.sample_queue('infinity') as sampled") == [{"sampled": 0}]


def test_the_usage_counts_the_window_of_each_quota(queue, rows):
    queue.execute(
        "select sync.register_provider('acme', 'Acme', 'http://acme.test', 5, %s)",
        ['{"1 minute": 10, "1 day": 100}'],
    )
    queue.execute("select sync.reserve_api_calls('acme', 6)")
    queue.execute("update sync.api_data_usage set used_at = used_at - interval '2 minutes'")
    queue.execute("select sync.reserve_api_calls('acme', 3)")
    assert rows(
        "select max_calls, used_calls, remaining_calls from sync.provider_usage order by max_calls"
    ) == [
        {"max_calls": 10, "used_calls": 3, "remaining_calls": 7},
        {"max_calls": 100, "used_calls": 9, "remaining_calls": 91},
    ]


def test_a_provider_without_a_quota_is_shown_too(queue, rows):
    queue.execute("select sync.reserve_api_calls('acme', 6)")
    assert rows("select provider, used_calls, remaining_calls from sync.provider_usage") == [
        {"provider": "acme", "used_calls": 6, "remaining_calls": None}
    ]


def test_freshness_is_counted_per_tier(queue, rows):
    queue.execute(
        """
        insert into sync.subjects (data_type, subject, tier, fetched_at, failures)
        values
        ('acme-price', 'fresh', 'hot', now() - interval '30 minutes', 0),
        ('acme-price', 'stale', 'hot', now() - interval '2 hours', 1),
        ('acme-price', 'never', 'hot', null, 0),
        ('acme-price', 'warm', 'warm', now() - interval '2 hours', 0)
        """
    )
    counts = "tier, subjects, fresh, stale, never_fetched, failing"
    assert rows(f"select {counts} from sync.subject_freshness order by tier") == [
        {"tier": "hot", "subjects": 3, "fresh": 1, "stale": 2, "never_fetched": 1, "failing": 1},
        {"tier": "warm", "subjects": 1, "fresh": 1, "stale": 0, "never_fetched": 0, "failing": 0},
    ]


def test_purging_takes_what_is_old_and_leaves_the_rest(queue, rows):
    queue.execute("select sync.run_cron_job('queue_stale')")
    queue.execute("select sync.sample_queue(now() - interval '91 days')")
    queue.execute("select sync.sample_queue(now() - interval '89 days')")
    queue.execute("select sync.touch_subscription('gone', 'acme-price', 'a', '-1 s')")
    queue.execute("select sync.touch_subscription('here', 'acme-price', 'a')")
    assert rows("select sync.purge_runs() as purged") == [{"purged": 2}]
    queue.execute("update sync.cron_runs set started_at = now() - interval '15 days'")
    # The last run says when the job is due again, so it stays.
    assert rows("select sync.purge_runs() as purged") == [{"purged": 0}]
    queue.execute("select sync.run_cron_job('queue_stale')")
    assert rows("select sync.purge_runs() as purged") == [{"purged": 1}]
    assert rows("select client_id from sync.active_subscriptions") == [{"client_id": "here"}]
    assert rows("select count(*) from sync.queue_samples") == [{"count": 1}]
