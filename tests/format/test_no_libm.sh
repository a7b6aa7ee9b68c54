#!/bin/bash
# No transcendental function of libm or GSL may reach a stored value: their last
# bits differ between processors (kernels/math/elementary.h has the project's
# own). Nor may a multiply-add be fused. Free of the rule are the checks of a
# finished corpus (holds_*), which store nothing.
set -euo pipefail
library=$BUILD/libsynfin_kernels.a
failures=0

root='exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|sincos|asin|acos|atan'
root+='|atan2|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|tgamma|lgamma'
forbidden="^((${root})[fl]?|_ZGV.*|gsl_(cdf|sf)_.*"
forbidden+='|gsl_ran_(gaussian|gamma|beta|exponential|lognormal|pareto|poisson|binomial).*)$'

calls=$(nm -A -u "$library" 2>/dev/null | awk -v forbidden="$forbidden" '
  $NF ~ forbidden && $0 !~ /:holds_[a-z_]*\.c\.o:/ { print }')
if [[ -n $calls ]]; then
  echo "kernels call transcendental functions whose bits are not fixed:"
  echo "$calls"
  failures=1
fi

# The library must hold the code that this test is about.
if [[ $(nm "$library" 2>/dev/null | grep -c ' [RD] sf_lanes_scalar$') != 1 ]]; then
  echo "$library does not hold the lanes"
  failures=1
fi

fused=$(objdump -d --no-show-raw-insn "$library" 2>/dev/null |
  grep -cE '[[:space:]]v?fn?m(add|sub)[0-9a-z]*[[:space:]]' || true)
if ((fused > 0)); then
  echo "$library holds $fused fused multiply-adds: -ffp-contract=off was lost"
  failures=1
fi
exit "$failures"
