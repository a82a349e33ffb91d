import type { ComponentChildren } from "preact";
import { address, openPage } from "../router";

interface Props {
  scenario: string;
  table?: string;
  children: ComponentChildren;
}

/** Leads to a scenario on the page Edit. */
export function EditLink({ scenario, table, children }: Props) {
  const fields = { scenario, ...(table ? { table } : {}) };
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPage("edit", fields);
  };
  return <a href={address({ page: "edit", ...fields })} onClick={follow}>{children}</a>;
}
