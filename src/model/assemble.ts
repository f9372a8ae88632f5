import { stronglyConnected } from "../core/components.js";
import { diagnostic } from "../core/diagnostic.js";
import { addTo } from "../core/groups.js";
import { freeOfRange, operands, tensorsOf } from "../expression/arena.js";
import type { Dim, Position, Range, Tensor } from "../expression/node.js";
import { positionRanges } from "../expression/position-ranges.js";
import type { Builder } from "./build/builder.js";
import { directed } from "./build/undirected.js";
import type { Assumption, Equation, Model, ModelSymbol, Role } from "./model.js";
import { OWN } from "./passes/derivatives/formal.js";
import { dimensionSymbols } from "./sizes/dimension-symbols.js";
import { DimVar } from "./sizes/dimensions.js";
import type { SymbolSpec } from "./symbols/symbol-spec.js";
import { span as spanOf } from "./symbols/tensors.js";
import { dimText } from "./values/value.js";
import { saysOutputsAreRows, saysRows, sentencesOf } from "./words/prose.js";
import { roleOf } from "./words/roles.js";

/** The finished problem, from what the builder found. */
export function assembleModel(builder: Builder, title: string): Model {
  givenMembers(builder);
  const equations = inOrder(builder, builder.equations).map((eq) => symmetrized(builder, eq));
  const used = usedTensors(builder, equations);
  const loss = findLoss(builder, equations);
  const below = loss === null ? new Set<Tensor>() : dependencies(equations, loss);
  const symbols = symbolList(builder, equations, used, loss);
  const asked = builder.front.wrt;
  const layout = builder.front.layout ?? layoutInWords(builder);
  const wanted = symbols.map((s) => s.tensor).filter((t) => below.has(t) && !t.integer);
  const wrt = asked === undefined ? wanted : wanted.filter((t) => asked.some((name) => isCalled(t, name)));
  return {
    arena: builder.arena,
    title,
    symbols: [...symbols, ...dimensionSymbols(builder.arena, symbols, equations)],
    equations,
    loss,
    wrt,
    assumptions: [
      ...builder.assumptions.map((a) => (builder.undirected.has(a) ? directed(a, equations) : a)),
      ...positionsOnAxes(builder, equations),
    ],
    letters: builder.lettersByRange,
    diagnostics: [...builder.diagnostics, ...builder.e.diagnostics, ...inferredNotes(symbols, builder)],
    layout,
    outputsAreRows: [...sentencesOf(builder.premises), ...builder.plain].some(saysOutputsAreRows),
    reluAtZero: builder.front.relu_at_zero ?? 0,
  };
}

/** "$K = K(\theta)$ is symmetric": an unknown function of matrices is put as the mean of one and its transpose. */
function symmetrized({ arena, saidSymmetric }: Builder, eq: Equation): Equation {
  const { body, tensor } = eq;
  const [i, j, more] = body.kind === "abstract" ? body.outputs : [];
  if (body.kind !== "abstract" || i === undefined || j === undefined || more !== undefined) return eq;
  if (!saidSymmetric.has(tensor)) return eq;
  const other = arena.abstract(body.name, body.args, [j, i], body.partials);
  return { ...eq, body: arena.divide(arena.add(body, other), arena.rational(2)) };
}

/** How the words of the problem lay derivatives out; what they change is said. */
function layoutInWords(builder: Builder): Model["layout"] {
  const words = [...sentencesOf(builder.premises), ...builder.plain].find(saysRows);
  if (words === undefined) return "denominator";
  const at = builder.premises.find((i) => i.formula.sentence === words)?.statement.span ?? null;
  const note = "the words of the worksheet say that gradients are rows: derivatives are read in numerator layout";
  builder.diagnostics.push(diagnostic("note", "reading/layout", note, at, "name it in the front matter, layout: …"));
  return "numerator";
}

/** The class y of `p_y`, where no set says so, is a position on the axis of p. */
function positionsOnAxes(builder: Builder, equations: readonly Equation[]): readonly Assumption[] {
  if (!builder.symbols.all.some((s) => s.integer)) return [];
  const known = new Set(builder.assumptions.flatMap((a) => (a.kind === "integer" ? [a.tensor] : [])));
  const nodes = new Set(equations.map((e) => e.body));
  for (const node of nodes) for (const n of operands(node)) nodes.add(n);
  return [...positionRanges(nodes)].flatMap(([tensor, range]): readonly Assumption[] => {
    if (!tensor.integer || known.has(tensor) || freeOfRange(range).length > 0) return [];
    const text = `${tensor.latex} \\in \\{${dimText(new DimVar(range.low))}, \\dots, ${dimText(new DimVar(range.high))}\\}`;
    return [{ kind: "integer", tensor, range, text }];
  });
}

/** Is a symbol meant by a name as a user types it: LaTeX, its identifier, or with fonts left out? */
export function isCalled(t: Tensor, name: string): boolean {
  const plain = (s: string): string =>
    s.replace(/\\(mathbf|boldsymbol|bm|mathrm|text|mathit)\s*/g, "").replace(/[{}\s$]/g, "");
  return t.latex === name.trim() || t.name === name.trim() || plain(t.latex) === plain(name);
}

function specOf(builder: Builder, tensor: Tensor): SymbolSpec | null {
  return builder.specs.get(tensor) ?? null;
}

/** Members of a family that its equations leave out, `h_0`, are given: symbols of their own, and base cases. */
function givenMembers(builder: Builder): void {
  const { arena } = builder;
  for (const spec of builder.symbols.all) {
    const { tensor } = spec;
    if (tensor === null || !spec.defined || spec.slots !== 1) continue;
    const own = builder.equations.filter((e) => e.tensor === tensor);
    const range = tensor.axes[0];
    if (own.length === 0 || range === undefined) continue;
    const covered = own.map((e) => spanOf(arena, e.at[0] ?? arena.literal(1)));
    for (const missing of gaps(builder, range, covered)) addGiven(builder, spec, tensor, missing);
  }
}

/** Up to three positions at either end of a range that nothing covers. */
function gaps(builder: Builder, range: Range, covered: readonly Range[]): readonly Dim[] {
  const { arena } = builder;
  const found: Dim[] = [];
  const isCovered = (d: Dim): boolean =>
    covered.some((c) => {
      const [below, above] = [
        arena.integerOf(arena.subtractDims(d, c.low)),
        arena.integerOf(arena.subtractDims(c.high, d)),
      ];
      return (below === null || below >= 0) && (above === null || above >= 0);
    });
  for (const [start, step] of [
    [range.low, 1],
    [range.high, -1],
  ] as const) {
    let at = start;
    for (let k = 0; k < 3 && !isCovered(at); k++) {
      if (!found.includes(at)) found.push(at);
      at = arena.addDims(at, arena.constantDim(step));
    }
  }
  return found;
}

function addGiven(builder: Builder, spec: SymbolSpec, tensor: Tensor, member: Dim): void {
  const { arena } = builder;
  const text = dimText(new DimVar(member));
  const first: Position = arena.atDim(member);
  const axes = tensor.axes.slice(1).map((_, k) => arena.axisRange(tensor, k + 1, [first]));
  const latex = tensor.latex.includes("{#0}") ? tensor.latex.replace("{#0}", text) : `${tensor.latex}_{${text}}`;
  const given = arena.tensor({
    key: `${tensor.key} at ${text}`,
    latex,
    parameters: [],
    axes,
    integer: false,
    derivative: null,
  });
  const letters = axes.map((r, k) => arena.index(`i_{${k + 1}}`, r));
  const ps = letters.map((i) => arena.at(i));
  builder.given.set(given, spec);
  builder.equations.push({
    tensor,
    at: [first, ...ps],
    body: arena.entry(given, ps),
    span: spec.span,
    latex,
    byIndex: false,
  });
  builder.diagnostics.push(diagnostic("note", "reading/given", `nothing computes ${latex}, so it is given`, spec.span));
}

/** Equations in an order in which they can be computed; those of a recurrence together, in the author's order. */
function inOrder(builder: Builder, equations: readonly Equation[]): readonly Equation[] {
  const of = new Map<Tensor, Equation[]>();
  for (const e of equations) addTo(of, e.tensor, e);
  const components = stronglyConnected([...of.keys()], (t) =>
    (of.get(t) ?? []).flatMap((e) => tensorsOf(e.body)).filter((u) => of.has(u)),
  );
  const place = new Map(equations.map((e, k) => [e, k]));
  const ordered: Equation[] = [];
  for (const component of components) {
    const own = component.flatMap((t) => of.get(t) ?? []).sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    const circular = component.length > 1 || own.some((e) => tensorsOf(e.body).includes(e.tensor));
    const [first] = own;
    if (
      circular &&
      first !== undefined &&
      component.some(
        (t) =>
          t.axes.length === 0 ||
          (t.parameters.length === 0 &&
            !own.some((e) => e.at.some((p) => p.terms.length > 0 || p.offset.terms.length > 0))),
      )
    ) {
      const names = component.map((t) => t.latex).join(", ");
      builder.diagnostics.push(
        diagnostic(
          "error",
          "model/circular",
          `these are defined by each other: ${names}`,
          first.span,
          "one of them must be given, or have a position that runs",
        ),
      );
      continue;
    }
    ordered.push(...own);
  }
  return ordered;
}

function usedTensors(builder: Builder, equations: readonly Equation[]): ReadonlySet<Tensor> {
  const used = new Set<Tensor>();
  for (const e of equations) {
    used.add(e.tensor);
    for (const t of tensorsOf(e.body)) used.add(t);
  }
  for (const spec of builder.symbols.all) if (spec.declared && spec.tensor !== null) used.add(spec.tensor);
  return used;
}

function dependencies(equations: readonly Equation[], loss: Tensor): Set<Tensor> {
  const needed = new Set([loss]);
  for (const e of [...equations].reverse()) if (needed.has(e.tensor)) for (const t of tensorsOf(e.body)) needed.add(t);
  // Recurrences may look forward in the list: a second sweep settles them.
  for (let before = -1; before !== needed.size; ) {
    before = needed.size;
    for (const e of equations) if (needed.has(e.tensor)) for (const t of tensorsOf(e.body)) needed.add(t);
  }
  return needed;
}

/** `\operatorname{swish}(u) = u \sigma(u)`, and nothing else is said of u: a function that is only recalled. */
function isFormula(builder: Builder, t: Tensor, equations: readonly Equation[]): boolean {
  const spec = builder.specs.get(t);
  if (spec === undefined || !builder.e.reminders.has(spec.key)) return false;
  const own = equations.filter((e) => e.tensor === t).flatMap((e) => tensorsOf(e.body));
  const others = new Set(equations.filter((e) => e.tensor !== t).flatMap((e) => [e.tensor, ...tensorsOf(e.body)]));
  return own.length > 0 && own.every((x) => builder.specs.get(x)?.declared === false && !others.has(x));
}

/** The scalar that no other equation uses, or what the front matter names. */
function findLoss(builder: Builder, equations: readonly Equation[]): Tensor | null {
  const used = new Set([
    ...equations.flatMap((e) => tensorsOf(e.body).filter((t) => t !== e.tensor)),
    ...builder.usedInRestated(),
  ]);
  const ends = [...new Set(equations.map((e) => e.tensor))].filter((t) => !used.has(t));
  const named = builder.front.loss;
  if (named !== undefined) {
    const found = [...new Set(equations.map((e) => e.tensor))].find((t) => isCalled(t, named));
    if (found === undefined) {
      builder.diagnostics.push(
        diagnostic(
          "error",
          "loss/not-found",
          `no equation defines the loss ${named} that the front matter names`,
          null,
          "name a symbol that an equation defines",
        ),
      );
      return null;
    }
    return scalarLoss(builder, found, equations);
  }
  // `x_0 = 1` alone is no loss: it depends on nothing.
  const constant = (t: Tensor): boolean =>
    equations.every((e) => e.tensor !== t || tensorsOf(e.body).length === 0) && ends.length > 1;
  const candidates = ends.filter((t) => t.axes.length === 0 && !constant(t));
  const quantities = candidates.filter((t) => !isFormula(builder, t, equations));
  const scalars = quantities.length > 0 ? quantities : candidates;
  const [only] = scalars;
  if (scalars.length > 1) {
    const names = scalars.map((t) => t.latex).join(", ");
    builder.diagnostics.push(
      diagnostic(
        "error",
        "loss/several",
        `several scalars could be the loss: ${names}`,
        equations.at(-1)?.span ?? null,
        "name one in the front matter, loss: …",
      ),
    );
    return null;
  }
  if (only !== undefined) return only;
  const [end] = ends.slice(-1);
  if (end !== undefined) return scalarLoss(builder, end, equations);
  if (equations.length > 0)
    builder.diagnostics.push(
      diagnostic(
        "error",
        "loss/not-found",
        "every equation's symbol is used by another: there is no loss",
        equations.at(-1)?.span ?? null,
        "name one in the front matter, loss: …",
      ),
    );
  return null;
}

function scalarLoss(builder: Builder, tensor: Tensor, equations: readonly Equation[]): Tensor | null {
  if (tensor.axes.length === 0) return tensor;
  const at = equations.findLast((e) => e.tensor === tensor)?.span ?? null;
  const shape = tensor.axes.map((r) => dimText(new DimVar(builder.arena.size(r)))).join("×");
  builder.diagnostics.push(
    diagnostic(
      "error",
      "loss/not-scalar",
      `the loss must be a scalar, and ${tensor.latex} has shape ${shape}`,
      at,
      "sum or average its entries, or name another loss in the front matter",
    ),
  );
  return null;
}

function symbolList(
  builder: Builder,
  equations: readonly Equation[],
  used: ReadonlySet<Tensor>,
  loss: Tensor | null,
): readonly ModelSymbol[] {
  const defined = new Set(equations.map((e) => e.tensor));
  const list: ModelSymbol[] = [];
  const add = (tensor: Tensor, spec: SymbolSpec, inferred: boolean, not: Role | null = null): void => {
    const family = familyOf(builder, tensor);
    const guess = roleOf(builder.mentionOf(spec), spec.written.symbol.name, tensor.axes.length === 0);
    list.push({
      tensor,
      role: tensor === loss ? "loss" : defined.has(tensor) ? "intermediate" : guess === not ? "input" : guess,
      inferred,
      shape: tensor.axes
        .slice(tensor.parameters.length)
        .map((r) => dimText(new DimVar(builder.arena.size(r)), family?.[0])),
      family,
      span: spec.span,
    });
  };
  for (const spec of builder.symbols.all)
    if (spec.tensor !== null && used.has(spec.tensor) && spec.head !== OWN) add(spec.tensor, spec, !spec.declared);
  // What a family begins with is given, as the input is; words about the family's weights are not about it.
  for (const [tensor, spec] of builder.given) add(tensor, spec, true, "parameter");
  return list;
}

function familyOf(builder: Builder, tensor: Tensor): ModelSymbol["family"] {
  const [range] = tensor.axes;
  if (tensor.parameters.length === 0 || range === undefined) return null;
  const letter =
    builder.lettersByRange.get(`${range.low.key}..${range.high.key}`)?.[0] ?? builder.familyLetter(tensor) ?? "k";
  return [letter, dimText(new DimVar(range.low)), dimText(new DimVar(range.high))];
}

function inferredNotes(symbols: readonly ModelSymbol[], builder: Builder): readonly ReturnType<typeof diagnostic>[] {
  return symbols
    .filter((s) => s.inferred && builder.given.get(s.tensor) === undefined)
    .map((s) => {
      const spec = specOf(builder, s.tensor);
      const shape = s.shape.length === 0 ? "a scalar" : s.shape.join("×");
      const how =
        spec !== null && spec !== undefined && spec.custom !== ""
          ? `${spec.custom}: ${shape}`
          : spec?.assumedScalar === true && s.shape.length === 0
            ? "nothing forces it to have an axis, so it is read as a scalar"
            : `its shape follows from the equations: ${shape}`;
      return diagnostic("note", "shape/inferred", `${s.tensor.latex.replace(/\{#\d\}/g, "·")}: ${how}`, s.span);
    });
}
