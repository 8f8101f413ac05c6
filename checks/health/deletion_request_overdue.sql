-- title: Deletion request that is overdue
-- id: HLT140
-- severity: error
-- why: the law gives a month, and the person is still known
-- fix: run "mdt privacy requests --process", and see that the job forget_users runs
select
    request.id::text as subject,
    format(
        'due since %s: %s',
        date_trunc('second', request.due_at),
        coalesce(request.outcome, 'not tried')
    ) as detail
from auth.deletion_requests as request
where
    request.state = 'waiting'
    and (request.due_at < now() - interval '1 hour' or request.outcome is not null)
order by subject;
