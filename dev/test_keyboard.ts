/** Using a page with nothing but its keyboard, for tests: locators only look. */
import { assert } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { until } from "./test_until.ts";

/** Whoever gets nowhere with so many tabs has lost their way. */
const TABS = 250;

export interface Keyboard {
  /** Tabs to something, from wherever the focus is. */
  to(target: Locator): Promise<void>;
  /** Tabs to it and presses Enter. */
  enter(target: Locator): Promise<void>;
  /** Tabs to it and presses Space. */
  space(target: Locator): Promise<void>;
  /** Tabs to a field, and types over what it holds. */
  type(field: Locator, text: string): Promise<void>;
  /** Tabs to a list of choices, and takes one by the beginning of its name. */
  choose(list: Locator, name: string): Promise<void>;
  press(key: string): Promise<void>;
}

/** The keyboard of a page. */
export function keyboardOf(page: Page): Keyboard {
  const press = (key: string) => page.keyboard.press(key);
  const to = async (target: Locator) => {
    await target.waitFor();
    // A button that waits for an answer takes no focus.
    await until(() => target.isEnabled());
    for (let i = 0; i < TABS; i++) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        const isSeen = await target.evaluate((element) => element.matches(":focus-visible"));
        assert(isSeen, `the focus on ${target} is not seen`);
        return;
      }
      await press("Tab");
    }
    throw new Error(`${TABS} tabs do not lead to ${target}`);
  };
  return {
    to,
    press,
    enter: async (target) => {
      await to(target);
      await press("Enter");
    },
    space: async (target) => {
      await to(target);
      await press("Space");
    },
    type: async (field, text) => {
      await to(field);
      await press("ControlOrMeta+A");
      await page.keyboard.type(text);
    },
    choose: async (list, name) => {
      await to(list);
      await press("Home");
      const chosen = () =>
        list.evaluate((element) => (element as HTMLSelectElement).selectedOptions[0].text);
      await until(async () => {
        if ((await chosen()).startsWith(name)) return true;
        await press("ArrowDown");
        return false;
      });
    },
  };
}
