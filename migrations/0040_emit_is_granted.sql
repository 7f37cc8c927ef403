-- `webhooks.emit` writes an event of any owner, past row-level security: the trainer and the sender
-- may execute it, and the services' role no longer.

revoke execute on function webhooks.emit from public, airec_service;
grant execute on function webhooks.emit to airec_trainer, airec_sender;
