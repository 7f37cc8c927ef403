/** Operates a page by keyboard only; locators are only used to read. */
import { assert } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { until } from "../until.ts";

/** Most presses of Tab before a target counts as unreachable. */
const TABS = 250;

export interface Keyboard {
  /** Tabs to a target from the present focus. */
  to(target: Locator): Promise<void>;
  /** Tabs to a target and presses Enter. */
  enter(target: Locator): Promise<void>;
  /** Tabs to a target and presses Space. */
  space(target: Locator): Promise<void>;
  /** Tabs to a field and replaces its content. */
  type(field: Locator, text: string): Promise<void>;
  /** Tabs to a select and chooses an option by a prefix of its name. */
  choose(list: Locator, name: string): Promise<void>;
  press(key: string): Promise<void>;
}

/** Returns the keyboard of a page. */
export function keyboardOf(page: Page): Keyboard {
  const press = (key: string) => page.keyboard.press(key);
  const to = async (target: Locator) => {
    await target.waitFor();
    // A disabled button takes no focus.
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
