/** Accounts. An address is one whatever its case. */
import type { ISql, Sql } from "postgres";
import { ownedBy, SLOW_MS } from "../http/owned_by.ts";

export interface User {
  id: string;
  name: string;
  email: string;
}

/** An account with what its password is checked by. */
export interface UserWithPassword extends User {
  /** The hash. */
  password: string;
  /** Whether an operator gave the password out: it lets in once, and is then to be changed. */
  is_password_given: boolean;
}

/** An account to be; its id is its owner's, so it is made before the row is. */
export interface NewUser {
  id: string;
  name: string;
  email: string;
  password: string;
}

/** Adds an account, in a transaction of the new owner's own; null when the address is taken, also by one added at this very moment. */
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

/** The account of an address with its password's hash, or null. */
export async function findUserByEmail(sql: Sql, email: string): Promise<UserWithPassword | null> {
  const [user] = await sql<UserWithPassword[]>`
    select id, name, email, password, is_password_given from auth.user_of_email(${email})`;
  return user ?? null;
}

/** An account with its password's hash, or null when it is gone. */
export async function findUser(sql: Sql, id: string): Promise<UserWithPassword | null> {
  const [user] = await ownedBy(sql, id)<UserWithPassword[]>`
    select id, name, email, password, password_expires_at is not null as is_password_given
    from auth.users where id = ${id}`;
  return user ?? null;
}

/** Stores a new hash of the password whose hash was `from`; a password changed since stays. */
export async function renewHash(
  sql: Sql,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<void> {
  await ownedBy(sql, id)`
    update auth.users set password = ${to} where id = ${id} and password = ${from}`;
}

/**
 * Uses up a password that an operator gave out; false where it was used before or is too old. It
 * can be changed all the same by who is signed in.
 */
export async function spendGivenPassword(sql: Sql, { id, password }: UserWithPassword) {
  const { count } = await ownedBy(sql, id)`
    update auth.users set password_expires_at = now()
    where id = ${id} and password = ${password} and password_expires_at > now()`;
  return count > 0;
}

/** Stores the hash of a password that its owner chose; false where another change came first. */
export async function changePassword(
  sql: ISql,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<boolean> {
  const { count } = await sql`
    update auth.users set password = ${to}, password_expires_at = null
    where id = ${id} and password = ${from}`;
  return count > 0;
}

/** Stores the hash of a password that an operator gives out for a day; null for no such account. */
export async function givePassword(
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

/** Deletes an account and all that it owns; files and models follow by their erasures. */
export async function deleteUser(sql: Sql, id: string): Promise<void> {
  await ownedBy(sql, id, { limitMs: SLOW_MS })`delete from auth.users where id = ${id}`;
}

/** What is stored about an account, by service. */
export type StoredOfUser = Record<"auth" | "recommender" | "webhooks", Record<string, unknown>>;

/** Reads what each service's schema gives out about an account: neither secrets nor hashes. */
export async function exportUser(sql: ISql, id: string): Promise<StoredOfUser> {
  const [stored] = await sql<StoredOfUser[]>`
    select auth.export_of(${id}) as auth,
      recommender.export_of(${id}) as recommender,
      webhooks.export_of(${id}) as webhooks`;
  return stored;
}
