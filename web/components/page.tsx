/** The frame of a page: its title, in the window too, what can be done, and the rest. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { text } from "../text/controls.ts";

interface PageProps {
  title: string;
  /** Stands beside the title. */
  beside?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, beside, actions, children }: PageProps) {
  useTitle(title);
  return (
    <>
      <div class="page-head">
        <div class="row">
          <h1>{title}</h1>
          {beside}
        </div>
        {actions && <div class="row">{actions}</div>}
      </div>
      {children}
    </>
  );
}

/** Names the window after the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = text.windowTitle(title);
  }, [title]);
}
