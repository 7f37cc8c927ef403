/** Accounts. An address is one whatever its case. */
import type { Sql } from "postgres";

export interface User {
  id: string;
  name: string;
  email: string;
}

/** Adds an account; null when the address is taken, also by one added at this very moment. */
export async function addUser(
  sql: Sql,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<User | null> {
  const [user] = await sql<User[]>`
    insert into auth.users (name, email, password)
    values (${name}, ${email}, ${password})
    on conflict (lower(email)) do nothing
    returning id, name, email`;
  return user ?? null;
}

/** The account of an address with its password's hash, or null. */
export async function findUserByEmail(
  sql: Sql,
  email: string,
): Promise<User & { password: string } | null> {
  const [user] = await sql<(User & { password: string })[]>`
    select id, name, email, password from auth.users where lower(email) = lower(${email})`;
  return user ?? null;
}

/** An account, or null when it is gone. */
export async function findUser(sql: Sql, id: string): Promise<User | null> {
  const [user] = await sql<User[]>`select id, name, email from auth.users where id = ${id}`;
  return user ?? null;
}

/** Stores a new hash of the password whose hash was `from`; a password changed since stays. */
export async function replacePassword(
  sql: Sql,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<void> {
  await sql`update auth.users set password = ${to} where id = ${id} and password = ${from}`;
}
