-- Housekeeping lists beside the backups who was erased and, by hash, which accounts were deleted.
grant select on auth.deleted_users to airec_trainer;
