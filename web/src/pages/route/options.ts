// Texts of the server name the options of the command line and the fields of the API: here, what the form calls them.

const LABELS: Record<string, string> = {
  from: "From", to: "To", via: "By way of", by: "Best by", alternatives: "Alternatives", cargo: "Cargo", tonnes: "Amount", teu: "Amount", modes: "Modes",
  avoid: "Avoid", avoid_areas: "Areas to avoid", avoid_area: "Areas to avoid", only_via: "Only this", no_mended: "Leave out links that were mended",
  ship: "Ship", hs: "HS codes of the goods", goods_origin: "Origin of the goods", jurisdiction: "Whose measures apply", jurisdictions: "Whose measures apply",
  policy: "Policies of your own", policies: "Policies of your own", own_policies: "Policies of your own", date: "Date",
};

/** `--hs` and `` `hs` `` become “HS codes of the goods”; what the form does not have stays. */
export function inFormWords(text: string): string {
  return text.replace(/--([a-z][a-z-]*)|`([a-z][a-z_]*)`/g, (whole, option?: string, field?: string) => {
    const label = LABELS[option?.replaceAll("-", "_") ?? field ?? ""];
    return label ? `“${label}”` : whole;
  });
}
