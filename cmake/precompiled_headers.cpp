// SPDX-License-Identifier: BSD-2-Clause
//
// Nothing: a target that precompiles headers for others needs a source file.
