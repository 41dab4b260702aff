// SPDX-License-Identifier: BSD-2-Clause
//
// Nothing: the target that precompiles the headers of all unit tests needs a source file.
