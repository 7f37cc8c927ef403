;; The innermost loops over float32 rows, in steps of four numbers and four rows: their cost is
;; reading memory, and TypeScript reads one number at a time. Pointers are byte offsets.
(module
  (memory (import "shared" "memory") 0 65536 shared)

  ;; sums += Σ_e values_e · b_(columns_e) over `count` entries; rows have `n` numbers.
  (func (export "addRows")
    (param $sums i32) (param $n i32) (param $b i32)
    (param $columns i32) (param $values i32) (param $count i32)
    (local $e i32) (local $last i32)
    (local.set $last (i32.sub (local.get $count) (i32.const 1)))
    (loop $entries
      (if (i32.lt_s (local.get $e) (local.get $count))
        (then
          (call $axpy
            (local.get $sums) (local.get $n)
            (call $row (local.get $columns) (local.get $e) (local.get $last) (local.get $b) (local.get $n))
            (call $row (local.get $columns) (i32.add (local.get $e) (i32.const 1)) (local.get $last) (local.get $b) (local.get $n))
            (call $row (local.get $columns) (i32.add (local.get $e) (i32.const 2)) (local.get $last) (local.get $b) (local.get $n))
            (call $row (local.get $columns) (i32.add (local.get $e) (i32.const 3)) (local.get $last) (local.get $b) (local.get $n))
            (call $value (local.get $values) (local.get $e) (local.get $last))
            (call $value (local.get $values) (i32.add (local.get $e) (i32.const 1)) (local.get $last))
            (call $value (local.get $values) (i32.add (local.get $e) (i32.const 2)) (local.get $last))
            (call $value (local.get $values) (i32.add (local.get $e) (i32.const 3)) (local.get $last)))
          (local.set $e (i32.add (local.get $e) (i32.const 4)))
          (br $entries)))))

  ;; q += Σ_e values_e · (b_(columns_e) · p) · b_(columns_e) over `count` entries; rows as above.
  (func (export "addGram")
    (param $q i32) (param $p i32) (param $n i32) (param $b i32)
    (param $columns i32) (param $values i32) (param $count i32)
    (local $e i32) (local $last i32)
    (local $i i32) (local $j i32) (local $k i32) (local $l i32)
    (local $s f32) (local $t f32) (local $u f32) (local $v f32)
    (local.set $last (i32.sub (local.get $count) (i32.const 1)))
    (loop $entries
      (if (i32.lt_s (local.get $e) (local.get $count))
        (then
          (local.set $i (call $row (local.get $columns) (local.get $e) (local.get $last) (local.get $b) (local.get $n)))
          (local.set $j (call $row (local.get $columns) (i32.add (local.get $e) (i32.const 1)) (local.get $last) (local.get $b) (local.get $n)))
          (local.set $k (call $row (local.get $columns) (i32.add (local.get $e) (i32.const 2)) (local.get $last) (local.get $b) (local.get $n)))
          (local.set $l (call $row (local.get $columns) (i32.add (local.get $e) (i32.const 3)) (local.get $last) (local.get $b) (local.get $n)))
          (call $dots
            (local.get $p) (local.get $n)
            (local.get $i) (local.get $j) (local.get $k) (local.get $l))
          (local.set $v) (local.set $u) (local.set $t) (local.set $s)
          (call $axpy
            (local.get $q) (local.get $n)
            (local.get $i) (local.get $j) (local.get $k) (local.get $l)
            (f32.mul (local.get $s) (call $value (local.get $values) (local.get $e) (local.get $last)))
            (f32.mul (local.get $t) (call $value (local.get $values) (i32.add (local.get $e) (i32.const 1)) (local.get $last)))
            (f32.mul (local.get $u) (call $value (local.get $values) (i32.add (local.get $e) (i32.const 2)) (local.get $last)))
            (f32.mul (local.get $v) (call $value (local.get $values) (i32.add (local.get $e) (i32.const 3)) (local.get $last))))
          (local.set $e (i32.add (local.get $e) (i32.const 4)))
          (br $entries)))))

  ;; Writes the indices of the numbers among `count` whose |value| is above `below`, compared as
  ;; float32 bits, and returns how many there are.
  (func (export "above")
    (param $values i32) (param $count i32) (param $below i32) (param $indices i32) (result i32)
    (local $i i32) (local $fours i32) (local $hits i32) (local $to i32)
    (local.set $to (local.get $indices))
    (local.set $fours (i32.and (local.get $count) (i32.const -4)))
    (loop $four
      (if (i32.lt_s (local.get $i) (local.get $fours))
        (then
          (local.set $hits
            (i32x4.bitmask
              (i32x4.gt_s
                (v128.and
                  (v128.load (i32.add (local.get $values) (i32.shl (local.get $i) (i32.const 2))))
                  (i32x4.splat (i32.const 0x7fffffff)))
                (i32x4.splat (local.get $below)))))
          (loop $hit
            (if (local.get $hits)
              (then
                (i32.store
                  (local.get $to)
                  (i32.add (local.get $i) (i32.ctz (local.get $hits))))
                (local.set $to (i32.add (local.get $to) (i32.const 4)))
                (local.set $hits
                  (i32.and (local.get $hits) (i32.sub (local.get $hits) (i32.const 1))))
                (br $hit))))
          (local.set $i (i32.add (local.get $i) (i32.const 4)))
          (br $four))))
    (loop $one
      (if (i32.lt_s (local.get $i) (local.get $count))
        (then
          (if
            (i32.gt_s
              (i32.and
                (i32.load (i32.add (local.get $values) (i32.shl (local.get $i) (i32.const 2))))
                (i32.const 0x7fffffff))
              (local.get $below))
            (then
              (i32.store (local.get $to) (local.get $i))
              (local.set $to (i32.add (local.get $to) (i32.const 4)))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $one))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $indices)) (i32.const 2)))

  ;; One step of conjugate gradients over `n` numbers: x ← x + α p, r ← r − α q, p ← r + β p, where
  ;; α = ‖r‖² / pᵀq and β = ‖r‖²' / ‖r‖². Does nothing if ‖r‖² or pᵀq is not positive.
  (func (export "advance")
    (param $x i32) (param $r i32) (param $p i32) (param $q i32) (param $n i32)
    (local $before f32) (local $curvature f32) (local $alpha f32)
    (local.set $before (call $dot (local.get $r) (local.get $r) (local.get $n)))
    (local.set $curvature (call $dot (local.get $p) (local.get $q) (local.get $n)))
    (if
      (i32.and
        (f32.gt (local.get $before) (f32.const 0))
        (f32.gt (local.get $curvature) (f32.const 0)))
      (then
        (local.set $alpha (f32.div (local.get $before) (local.get $curvature)))
        (call $add
          (local.get $x) (f32.const 1) (local.get $x) (local.get $alpha) (local.get $p) (local.get $n))
        (call $add
          (local.get $r) (f32.const 1) (local.get $r) (f32.neg (local.get $alpha)) (local.get $q) (local.get $n))
        (call $add
          (local.get $p) (f32.const 1) (local.get $r)
          (f32.div (call $dot (local.get $r) (local.get $r) (local.get $n)) (local.get $before))
          (local.get $p) (local.get $n)))))

  ;; y ← a·u + b·v over `n` numbers; y may be u or v.
  (func $add (export "add")
    (param $y i32) (param $a f32) (param $u i32) (param $b f32) (param $v i32) (param $n i32)
    (local $at i32) (local $end i32) (local $fours i32)
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (local.set $fours (i32.and (local.get $end) (i32.const -16)))
    (loop $four
      (if (i32.lt_s (local.get $at) (local.get $fours))
        (then
          (v128.store
            (i32.add (local.get $y) (local.get $at))
            (f32x4.add
              (f32x4.mul
                (f32x4.splat (local.get $a))
                (v128.load (i32.add (local.get $u) (local.get $at))))
              (f32x4.mul
                (f32x4.splat (local.get $b))
                (v128.load (i32.add (local.get $v) (local.get $at))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $four))))
    (loop $one
      (if (i32.lt_s (local.get $at) (local.get $end))
        (then
          (f32.store
            (i32.add (local.get $y) (local.get $at))
            (f32.add
              (f32.mul (local.get $a) (f32.load (i32.add (local.get $u) (local.get $at))))
              (f32.mul (local.get $b) (f32.load (i32.add (local.get $v) (local.get $at))))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $one)))))

  ;; uᵀv over `n` numbers.
  (func $dot (param $u i32) (param $v i32) (param $n i32) (result f32)
    (local $at i32) (local $end i32) (local $fours i32) (local $sums v128) (local $sum f32)
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (local.set $fours (i32.and (local.get $end) (i32.const -16)))
    (loop $four
      (if (i32.lt_s (local.get $at) (local.get $fours))
        (then
          (local.set $sums
            (f32x4.add
              (local.get $sums)
              (f32x4.mul
                (v128.load (i32.add (local.get $u) (local.get $at)))
                (v128.load (i32.add (local.get $v) (local.get $at))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $four))))
    (local.set $sum (call $sum (local.get $sums)))
    (loop $one
      (if (i32.lt_s (local.get $at) (local.get $end))
        (then
          (local.set $sum
            (f32.add
              (local.get $sum)
              (f32.mul
                (f32.load (i32.add (local.get $u) (local.get $at)))
                (f32.load (i32.add (local.get $v) (local.get $at))))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $one))))
    (local.get $sum))

  ;; Returns the address of the row of entry $e, or of the last entry's row if $e is beyond it.
  (func $row
    (param $columns i32) (param $e i32) (param $last i32) (param $b i32) (param $n i32) (result i32)
    (i32.add
      (local.get $b)
      (i32.shl
        (i32.mul
          (local.get $n)
          (i32.load
            (i32.add
              (local.get $columns)
              (i32.shl
                (select
                  (local.get $last)
                  (local.get $e)
                  (i32.gt_s (local.get $e) (local.get $last)))
                (i32.const 2)))))
        (i32.const 2))))

  ;; Returns the value of entry $e, or 0 beyond the last entry.
  (func $value (param $values i32) (param $e i32) (param $last i32) (result f32)
    (if (result f32) (i32.gt_s (local.get $e) (local.get $last))
      (then (f32.const 0))
      (else
        (f32.load
          (i32.add (local.get $values) (i32.shl (local.get $e) (i32.const 2)))))))

  ;; sums += s·i + t·j + u·k + v·l; rows have $n numbers.
  (func $axpy
    (param $sums i32) (param $n i32)
    (param $i i32) (param $j i32) (param $k i32) (param $l i32)
    (param $s f32) (param $t f32) (param $u f32) (param $v f32)
    (local $at i32) (local $end i32) (local $fours i32)
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (local.set $fours (i32.and (local.get $end) (i32.const -16)))
    (loop $four
      (if (i32.lt_s (local.get $at) (local.get $fours))
        (then
          (v128.store
            (i32.add (local.get $sums) (local.get $at))
            (f32x4.add
              (f32x4.add
                (f32x4.add
                  (v128.load (i32.add (local.get $sums) (local.get $at)))
                  (f32x4.mul
                    (f32x4.splat (local.get $s))
                    (v128.load (i32.add (local.get $i) (local.get $at)))))
                (f32x4.mul
                  (f32x4.splat (local.get $t))
                  (v128.load (i32.add (local.get $j) (local.get $at)))))
              (f32x4.add
                (f32x4.mul
                  (f32x4.splat (local.get $u))
                  (v128.load (i32.add (local.get $k) (local.get $at))))
                (f32x4.mul
                  (f32x4.splat (local.get $v))
                  (v128.load (i32.add (local.get $l) (local.get $at)))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $four))))
    (loop $one
      (if (i32.lt_s (local.get $at) (local.get $end))
        (then
          (f32.store
            (i32.add (local.get $sums) (local.get $at))
            (f32.add
              (f32.add
                (f32.add
                  (f32.load (i32.add (local.get $sums) (local.get $at)))
                  (f32.mul
                    (local.get $s)
                    (f32.load (i32.add (local.get $i) (local.get $at)))))
                (f32.mul
                  (local.get $t)
                  (f32.load (i32.add (local.get $j) (local.get $at)))))
              (f32.add
                (f32.mul
                  (local.get $u)
                  (f32.load (i32.add (local.get $k) (local.get $at))))
                (f32.mul
                  (local.get $v)
                  (f32.load (i32.add (local.get $l) (local.get $at)))))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $one)))))

  ;; Returns the dot products of row $p with four rows; rows have $n numbers.
  (func $dots
    (param $p i32) (param $n i32)
    (param $i i32) (param $j i32) (param $k i32) (param $l i32)
    (result f32 f32 f32 f32)
    (local $at i32) (local $end i32) (local $fours i32) (local $x v128) (local $y f32)
    (local $s v128) (local $t v128) (local $u v128) (local $v v128)
    (local $a f32) (local $b f32) (local $c f32) (local $d f32)
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (local.set $fours (i32.and (local.get $end) (i32.const -16)))
    (loop $four
      (if (i32.lt_s (local.get $at) (local.get $fours))
        (then
          (local.set $x (v128.load (i32.add (local.get $p) (local.get $at))))
          (local.set $s (f32x4.add (local.get $s)
            (f32x4.mul (local.get $x) (v128.load (i32.add (local.get $i) (local.get $at))))))
          (local.set $t (f32x4.add (local.get $t)
            (f32x4.mul (local.get $x) (v128.load (i32.add (local.get $j) (local.get $at))))))
          (local.set $u (f32x4.add (local.get $u)
            (f32x4.mul (local.get $x) (v128.load (i32.add (local.get $k) (local.get $at))))))
          (local.set $v (f32x4.add (local.get $v)
            (f32x4.mul (local.get $x) (v128.load (i32.add (local.get $l) (local.get $at))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $four))))
    (local.set $a (call $sum (local.get $s)))
    (local.set $b (call $sum (local.get $t)))
    (local.set $c (call $sum (local.get $u)))
    (local.set $d (call $sum (local.get $v)))
    (loop $one
      (if (i32.lt_s (local.get $at) (local.get $end))
        (then
          (local.set $y (f32.load (i32.add (local.get $p) (local.get $at))))
          (local.set $a (f32.add (local.get $a)
            (f32.mul (local.get $y) (f32.load (i32.add (local.get $i) (local.get $at))))))
          (local.set $b (f32.add (local.get $b)
            (f32.mul (local.get $y) (f32.load (i32.add (local.get $j) (local.get $at))))))
          (local.set $c (f32.add (local.get $c)
            (f32.mul (local.get $y) (f32.load (i32.add (local.get $k) (local.get $at))))))
          (local.set $d (f32.add (local.get $d)
            (f32.mul (local.get $y) (f32.load (i32.add (local.get $l) (local.get $at))))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $one))))
    (local.get $a) (local.get $b) (local.get $c) (local.get $d))

  (func $sum (param $x v128) (result f32)
    (f32.add
      (f32.add
        (f32x4.extract_lane 0 (local.get $x))
        (f32x4.extract_lane 1 (local.get $x)))
      (f32.add
        (f32x4.extract_lane 2 (local.get $x))
        (f32x4.extract_lane 3 (local.get $x)))))
)
