/** Reading an instruction: 32 words, word 0 the operation, word 31 its work counter. */

// @ts-ignore: decorator
@inline
export function word(p: usize, index: i32): i32 {
  return load<i32>(p + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
export function address(p: usize, index: i32): usize {
  return load<usize>(p + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
export function number(p: usize, index: i32): f32 {
  return load<f32>(p + (<usize>index << 2));
}
