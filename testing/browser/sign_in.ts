import type { Page } from "playwright-core";

/** Fields of the sign-in form. */
export interface Credentials {
  email: string;
  password: string;
}

/** Signs in on the dashboard at an address, and waits for the list of projects. */
export async function signIn(page: Page, at: string, account: Credentials): Promise<void> {
  await page.goto(`${at}/sign-in`);
  await submitSignIn(page, account);
  await page.getByRole("heading", { name: "Projects" }).waitFor();
}

/** Fills in and submits the sign-in form. */
export async function submitSignIn(page: Page, { email, password }: Credentials): Promise<void> {
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
