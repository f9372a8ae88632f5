/* What one formula may be at most. Past one of these it is refused, so that no input costs more than its share. */

/** A formula longer than this is refused before it is looked at. */
export const MAX_CHARACTERS = 200_000;
/** The tokens of a formula, and those that its macros bring. */
export const MAX_TOKENS = 20_000;
/** How many macro calls one formula may hold, calls inside calls counted. */
export const MAX_EXPANSIONS = 5_000;
/** Groups, scripts, environments, delimiters and sums may nest this deep. */
export const MAX_DEPTH = 200;
