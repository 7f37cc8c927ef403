/** An account. Email addresses are unique ignoring case. */
import type { ISql, Sql } from "postgres";
import { ownedBy, SLOW_MS } from "../http/database/owned_by.ts";

export interface User {
  id: string;
  name: string;
  email: string;
}

/** An account with its password hash. */
export interface UserWithPassword extends User {
  /** bcrypt hash. */
  password: string;
  /** Whether the password is a one-time password from an operator, which must be changed. */
  is_password_given: boolean;
}

/** An account to insert. Its id is generated beforehand: the insert runs as this owner. */
export interface NewUser {
  id: string;
  name: string;
  email: string;
  password: string;
}

/** Inserts an account and returns it, or null if the email address is in use. */
export async function addUser(
  sql: ISql,
  { id, name, email, password }: NewUser,
): Promise<User | null> {
  const [user] = await sql<User[]>`
    insert into auth.users (id, name, email, password)
    values (${id}, ${name}, ${email}, ${password})
    on conflict (lower(email)) do nothing
    returning id, name, email`;
  return user ?? null;
}

/** Returns the account with an email address, or null. */
export async function findUserByEmail(sql: Sql, email: string): Promise<UserWithPassword | null> {
  const [user] = await sql<UserWithPassword[]>`
    select id, name, email, password, is_password_given from auth.user_of_email(${email})`;
  return user ?? null;
}

/** Returns the account with an id, or null if it was deleted. */
export async function findUser(sql: Sql, id: string): Promise<UserWithPassword | null> {
  const [user] = await ownedBy(sql, id)<UserWithPassword[]>`
    select id, name, email, password, password_expires_at is not null as is_password_given
    from auth.users where id = ${id}`;
  return user ?? null;
}

/** Stores a new hash of the same password, unless the password has changed since. */
export async function renewHash(
  sql: Sql,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<void> {
  await ownedBy(sql, id)`
    update auth.users set password = ${to} where id = ${id} and password = ${from}`;
}

/**
 * Marks a one-time password as used; returns false if it was used before or has expired. It remains
 * valid for changing the password while signed in.
 */
export async function useOneTimePassword(sql: Sql, { id, password }: UserWithPassword) {
  const { count } = await ownedBy(sql, id)`
    update auth.users set password_expires_at = now()
    where id = ${id} and password = ${password} and password_expires_at > now()`;
  return count > 0;
}

/** Stores the hash of a new password; returns false if `from` is no longer the stored hash. */
export async function changePassword(
  sql: ISql,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<boolean> {
  const { count } = await sql`
    update auth.users set password = ${to}, password_expires_at = null
    where id = ${id} and password = ${from}`;
  return count > 0;
}

/**
 * Stores the hash of a one-time password, valid for a day; returns the account, or null if there is
 * none with this email address.
 */
export async function setOneTimePassword(
  sql: ISql,
  { email, password }: { email: string; password: string },
): Promise<User | null> {
  const [user] = await sql<User[]>`
    update auth.users
    set password = ${password}, password_expires_at = now() + interval '1 day'
    where lower(email) = lower(${email})
    returning id, name, email`;
  return user ?? null;
}

/** Deletes an account and its data; files and models are erased asynchronously. */
export async function deleteUser(sql: Sql, id: string): Promise<void> {
  await ownedBy(sql, id, { limitMs: SLOW_MS })`delete from auth.users where id = ${id}`;
}

/** An account's stored data by service. */
export type StoredOfUser = Record<"auth" | "recommender" | "webhooks", Record<string, unknown>>;

/** Returns an account's data from each service's schema, without secrets and hashes. */
export async function exportUser(sql: ISql, id: string): Promise<StoredOfUser> {
  const [stored] = await sql<StoredOfUser[]>`
    select auth.export_of(${id}) as auth,
      recommender.export_of(${id}) as recommender,
      webhooks.export_of(${id}) as webhooks`;
  return stored;
}
