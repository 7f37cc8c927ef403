-- What uploads are when they are unpacked, counted as they come: what quotas are asked by.

-- Rows, until a training's receipt has counted them: the lines that are not empty.
alter table recommender.uploaded_files add column rows bigint check (rows >= 0);
-- Of a file that is packed; null where it is not, or where it came before this was counted.
alter table recommender.uploaded_files add column unpacked_bytes bigint check (unpacked_bytes >= 0);

-- The same of an upload whose parts are one.
alter table recommender.uploads add column rows bigint check (rows >= 0);
alter table recommender.uploads add column unpacked_bytes bigint check (unpacked_bytes >= 0);
-- Whether its lines are so short and plain that none can have a cell over its limit.
alter table recommender.uploads add column is_plain boolean;
