/** Frame of a page: heading, window title, actions, content. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { text } from "./controls_words.ts";

interface PageProps {
  title: string;
  /** Shown next to the title. */
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

/** Sets the window title. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = text.windowTitle(title);
  }, [title]);
}
