// Written by hand.
export const timer = 1;
