import { escapeXml } from "../../core/escape.js";

/* A loss curve: the loss before the first epoch and after each. */

const COLUMNS = 60;
const LINES = 12;

/** For a terminal: the mean of the epochs that fall into a column. */
export function curveText(losses: readonly number[]): readonly string[] {
  const most = Math.max(...losses);
  const least = Math.min(...losses);
  const columns = Math.min(COLUMNS, losses.length);
  const heights = Array.from({ length: columns }, (_, k) => {
    const part = losses.slice(
      Math.floor((k * losses.length) / columns),
      Math.floor(((k + 1) * losses.length) / columns),
    );
    const mean = part.reduce((sum, x) => sum + x, 0) / part.length;
    return most === least ? 0 : Math.round(((mean - least) / (most - least)) * (LINES - 1));
  });
  const label = (x: number): string => x.toPrecision(4).padStart(10);
  const rows = Array.from({ length: LINES }, (_, k) => {
    const height = LINES - 1 - k;
    const marks = heights
      .map((h) => (h === height ? "*" : " "))
      .join("")
      .trimEnd();
    const edge = height === LINES - 1 ? label(most) : height === 0 ? label(least) : " ".repeat(10);
    return `${edge} | ${marks}`.trimEnd();
  });
  const last = String(losses.length - 1);
  return [
    ...rows,
    `${" ".repeat(10)} +-${"-".repeat(columns)}`,
    `${" ".repeat(13)}0${last.padStart(Math.max(1, columns - 1))}`,
  ];
}

const [WIDTH, HEIGHT, LEFT, TOP] = [640, 360, 72, 40];
const [INNER, TALL] = [WIDTH - LEFT - 24, HEIGHT - TOP - 48];

const STYLE = `
  .curve { --ink: #1f2937; --paper: #ffffff; --line: #1d4ed8; --grid: #d1d5db }
  @media (prefers-color-scheme: dark) { .curve { --ink: #e5e7eb; --paper: #111827; --line: #93c5fd; --grid: #374151 } }
  .curve text { font: 13px "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: var(--ink) }
  .curve .paper { fill: var(--paper) } .curve .grid { stroke: var(--grid) }
  .curve polyline { fill: none; stroke: var(--line); stroke-width: 2 }
`;

/** An image that loads nothing. */
export function curveSvg(losses: readonly number[], title: string): string {
  const most = Math.max(...losses);
  const least = Math.min(0, ...losses);
  const x = (k: number): number => LEFT + (losses.length < 2 ? 0 : (k / (losses.length - 1)) * INNER);
  const y = (loss: number): number => TOP + (most === least ? TALL : ((most - loss) / (most - least)) * TALL);
  const points = losses.map((loss, k) => `${x(k).toFixed(1)},${y(loss).toFixed(1)}`).join(" ");
  const ticks = [0, 1, 2, 3, 4].map((k) => {
    const loss = least + ((most - least) * k) / 4;
    const at = y(loss).toFixed(1);
    return `<line class="grid" x1="${LEFT}" x2="${LEFT + INNER}" y1="${at}" y2="${at}"/><text x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end">${loss.toPrecision(3)}</text>`;
  });
  const last = losses.length - 1;
  const told = `The loss goes from ${losses[0]?.toPrecision(4)} to ${losses[last]?.toPrecision(4)} in ${last} epochs.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="curve" role="img" aria-labelledby="title desc" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(told)}</desc>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>
<text x="${LEFT}" y="24">${escapeXml(title)}</text>
${ticks.join("\n")}
<polyline points="${points}"/>
<text x="${LEFT}" y="${HEIGHT - 16}">0</text>
<text x="${LEFT + INNER}" y="${HEIGHT - 16}" text-anchor="end">epoch ${last}</text>
</svg>
`;
}
