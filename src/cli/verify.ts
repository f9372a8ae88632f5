import type { VerifyJson } from "../session/report.js";
import { verifyWorksheet } from "../session/verify.js";
import { type Command, statusOf } from "./command.js";
import type { Paint } from "./terminal.js";
import { count, errorText, oneLine, RIGHT, table, WRONG } from "./text.js";

export const verify: Command = {
  run: async (file, text, { digits, seed }) => {
    const json = await verifyWorksheet(file, text, {
      ...(digits === undefined ? {} : { digits }),
      ...(seed === undefined ? {} : { seed }),
    });
    return {
      json,
      text: (paint) => verifyText(json, paint),
      diagnostics: json.diagnostics,
      status: json.gradients.some((g) => !g.ok) ? 1 : statusOf(json.diagnostics),
    };
  },
  unusable: (file, diagnostics) => ({ schema: "backproof/verify/1", file, gradients: [], diagnostics }),
};

function verifyText({ file, gradients }: VerifyJson, paint: Paint): string {
  const wrong = gradients.filter((g) => !g.ok).length;
  const verdict = wrong === 0 ? "all agree with central differences" : `${wrong} WRONG`;
  const head = `${paint("bold", oneLine(file))}  ${count(gradients.length, "gradient")}${gradients.length === 0 ? "" : `, ${verdict}`}`;
  const rows = gradients.map(({ wrt, ok, verified: { points, maxRelativeError, digits } }) => [
    ok ? `${RIGHT} agrees` : `${WRONG} WRONG`,
    oneLine(wrt),
    count(points, "point"),
    digits === undefined ? `largest relative error ${errorText(maxRelativeError)}` : `to ${count(digits, "digit")}`,
  ]);
  const lines = table(rows, "  ").map((line, k) => (gradients[k]?.ok === true ? line : paint("red", line)));
  return [head, ...lines].join("\n");
}
