-- Files of projects that stay at an address, such as s3://lake/shop/. Their blob is the list of the files
-- that were found there when the address was added; every training lists them anew.

alter table recommender.uploaded_files
  -- {uri, files, bytes, keys}: the address; number and size of its files when it was added; and the access
  -- key, encrypted. Null for uploads.
  add column address jsonb check (address ? 'uri');
